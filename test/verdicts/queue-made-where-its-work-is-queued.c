// a mistake: wait-deadlock
struct d { struct mutex lock; struct workqueue_struct *wq; struct work_struct w; int n; };
static void really(struct d *d)
{
	mutex_lock(&d->lock);
	d->n++;
	mutex_unlock(&d->lock);
}
static void d_work(struct work_struct *w)
{
	struct d *d = container_of(w, struct d, w);
	really(d);
}
static void stop(struct d *d)
{
	flush_workqueue(d->wq);
}
static int d_suspend(struct device *dev)
{
	struct d *d = dev_get_drvdata(dev);
	mutex_lock(&d->lock);
	stop(d);
	mutex_unlock(&d->lock);
	return 0;
}
static DEFINE_SIMPLE_DEV_PM_OPS(d_pm, d_suspend, NULL);
static int d_probe(struct d *d)
{
	d->wq = alloc_workqueue("d", 0, 0);
	INIT_WORK(&d->w, d_work);
	queue_work(d->wq, &d->w);
	return 0;
}
