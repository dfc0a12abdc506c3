// correct
struct conn { u32 key; struct hlist_node n; };
static spinlock_t locks[64];
static inline spinlock_t *lock_of(u32 k) { return &locks[k & 63]; }
void conn_move(struct conn *c, u32 key)
{
	u32 a = c->key & 63, b = key & 63;

	if (a < b) {
		spin_lock(lock_of(a));
		spin_lock_nested(lock_of(b), 1);
	} else {
		spin_lock(lock_of(b));
		if (a != b)
			spin_lock_nested(lock_of(a), 1);
	}
	c->key = key;
	spin_unlock(lock_of(a));
	if (a != b)
		spin_unlock(lock_of(b));
}
