// a mistake: lock-order-cycle
struct conn { u32 key; struct hlist_node n; };
static spinlock_t locks[64];
static struct hlist_head heads[64];
void conn_move(struct conn *c, u32 key)
{
	spinlock_t *from = &locks[hash_32(c->key, 6)], *to = &locks[hash_32(key, 6)];

	spin_lock(from);
	spin_lock(to);
	c->key = key;
	spin_unlock(to);
	spin_unlock(from);
}
