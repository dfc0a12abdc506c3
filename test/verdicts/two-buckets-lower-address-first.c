// correct
struct conn { u32 key; struct hlist_node n; };
static spinlock_t locks[64];
static inline spinlock_t *lock_of(u32 k) { return &locks[k & 63]; }
void conn_move(struct conn *c, u32 key)
{
	spinlock_t *a = lock_of(c->key), *b = lock_of(key);

	if (a > b)
		swap(a, b);
	spin_lock(a);
	if (a != b)
		spin_lock(b);
	c->key = key;
	if (a != b)
		spin_unlock(b);
	spin_unlock(a);
}
