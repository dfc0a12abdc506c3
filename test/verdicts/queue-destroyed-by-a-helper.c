// a mistake: wait-deadlock
struct dev { struct workqueue_struct *wq; struct delayed_work poll; struct mutex lock; int n; };
static void dev_update(struct dev *d)
{
	mutex_lock(&d->lock);
	d->n++;
	mutex_unlock(&d->lock);
}
static void dev_poll(struct work_struct *w)
{
	struct dev *d = container_of(to_delayed_work(w), struct dev, poll);

	dev_update(d);
	queue_delayed_work(d->wq, &d->poll, HZ);
}
int dev_init(struct dev *d)
{
	mutex_init(&d->lock);
	INIT_DELAYED_WORK(&d->poll, dev_poll);
	d->wq = create_singlethread_workqueue("dev");
	return d->wq ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(dev_init);
static void dev_teardown(struct dev *d)
{
	destroy_workqueue(d->wq);
	d->wq = NULL;
}
void dev_remove(struct dev *d)
{
	mutex_lock(&d->lock);
	dev_teardown(d);
	mutex_unlock(&d->lock);
}
EXPORT_SYMBOL(dev_remove);
