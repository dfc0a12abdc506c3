// a mistake: lock-order-cycle
struct conn { u32 key; struct hlist_node n; };
static spinlock_t locks[64];
static inline spinlock_t *lock_of(u32 k) { return &locks[k & 63]; }
void conn_move(struct conn *c, struct conn *d)
{
	spin_lock(lock_of(c->key));
	spin_lock(lock_of(d->key));
	c->key = d->key;
	spin_unlock(lock_of(d->key));
	spin_unlock(lock_of(c->key));
}
