// a mistake: wait-deadlock
// An item points back to the owner of the queue, whose lock is held.
struct tank { struct mutex lock; size_t bytes; struct workqueue_struct *wq; };
struct drop { struct tank *tank; struct work_struct work; size_t size; };
static void tank_account(struct tank *t, size_t n)
{
	mutex_lock(&t->lock);
	t->bytes -= n;
	mutex_unlock(&t->lock);
}
static void drop_destroy(struct drop *d)
{
	tank_account(d->tank, d->size);
	kfree(d);
}
static void drop_work(struct work_struct *work)
{
	drop_destroy(container_of(work, struct drop, work));
}
int tank_cycle(struct tank *t, size_t n)
{
	struct drop *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return -ENOMEM;
	d->tank = t;
	d->size = n;
	INIT_WORK(&d->work, drop_work);
	queue_work(t->wq, &d->work);
	return 0;
}
EXPORT_SYMBOL(tank_cycle);
static void tank_quiesce(struct tank *t)
{
	flush_workqueue(t->wq);
}
void tank_reset(struct tank *t)
{
	mutex_lock(&t->lock);
	tank_quiesce(t);
	t->bytes = 0;
	mutex_unlock(&t->lock);
}
EXPORT_SYMBOL(tank_reset);
