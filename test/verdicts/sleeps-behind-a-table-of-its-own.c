// a mistake: sleep-in-atomic
// Only this file can call through the table, and the one call is in a read section.
struct route { struct list_head node; refcount_t ref; bool dead; };
struct router;
struct router_ops { void (*evict)(struct router *r, struct route *e); };
struct router { spinlock_t lock; const struct router_ops *ops; struct route *last; };
static void router_evict(struct router *r, struct route *e)
{
	bool mine;

	spin_lock(&r->lock);
	mine = !e->dead;
	e->dead = true;
	spin_unlock(&r->lock);
	if (mine)
		synchronize_rcu();
}
static const struct router_ops router_ops = { .evict = router_evict };
void router_expire(struct router *r)
{
	rcu_read_lock();
	if (r->last)
		r->ops->evict(r, r->last);
	rcu_read_unlock();
}
EXPORT_SYMBOL(router_expire);
void router_init(struct router *r)
{
	spin_lock_init(&r->lock);
	r->ops = &router_ops;
}
EXPORT_SYMBOL(router_init);
