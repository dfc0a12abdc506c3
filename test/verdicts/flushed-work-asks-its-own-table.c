// correct
// The object of the work has a table of its own, and the one whose function takes the lock has no such work.
struct blend;
struct blend_ops { int (*run)(struct blend *b); };
struct blend { struct mutex lock; int rate; const struct blend_ops *ops; struct work_struct apply; };
static int blend_fast(struct blend *b)
{
	return b->rate;
}
static int blend_slow(struct blend *b)
{
	mutex_lock(&b->lock);
	b->rate++;
	mutex_unlock(&b->lock);
	return 0;
}
static const struct blend_ops fast_ops = { .run = blend_fast };
static const struct blend_ops slow_ops = { .run = blend_slow };
static void blend_apply(struct work_struct *work)
{
	struct blend *b = container_of(work, struct blend, apply);

	b->ops->run(b);
}
void blend_set(struct blend *b, int rate)
{
	mutex_lock(&b->lock);
	b->rate = rate;
	if (b->ops == &fast_ops)
		flush_work(&b->apply);
	mutex_unlock(&b->lock);
}
EXPORT_SYMBOL(blend_set);
void blend_init(struct blend *b, bool fast)
{
	mutex_init(&b->lock);
	b->ops = fast ? &fast_ops : &slow_ops;
	INIT_WORK(&b->apply, blend_apply);
}
EXPORT_SYMBOL(blend_init);
