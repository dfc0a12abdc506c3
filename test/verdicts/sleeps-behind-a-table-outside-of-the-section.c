// correct
// The call through the table follows the read section.
struct track { bool dead; };
struct tracker;
struct tracker_ops { void (*evict)(struct tracker *t, struct track *e); };
struct tracker { spinlock_t lock; const struct tracker_ops *ops; struct track *last; };
static void tracker_evict(struct tracker *t, struct track *e)
{
	bool mine;

	spin_lock(&t->lock);
	mine = !e->dead;
	e->dead = true;
	spin_unlock(&t->lock);
	if (mine)
		synchronize_rcu();
}
static const struct tracker_ops tracker_ops = { .evict = tracker_evict };
void tracker_expire(struct tracker *t)
{
	struct track *e;

	rcu_read_lock();
	e = rcu_dereference(t->last);
	rcu_read_unlock();
	if (e)
		t->ops->evict(t, e);
}
EXPORT_SYMBOL(tracker_expire);
void tracker_init(struct tracker *t)
{
	spin_lock_init(&t->lock);
	t->ops = &tracker_ops;
}
EXPORT_SYMBOL(tracker_init);
