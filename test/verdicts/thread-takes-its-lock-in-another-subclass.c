// a mistake: wait-deadlock
enum { DEV_LOCK_NORMAL, DEV_LOCK_THREAD };
struct dev { struct mutex lock; struct task_struct *task; int n; };
static int dev_thread(void *arg)
{
	struct dev *d = arg;

	while (!kthread_should_stop()) {
		mutex_lock_nested(&d->lock, DEV_LOCK_THREAD);
		d->n++;
		mutex_unlock(&d->lock);
		msleep(10);
	}
	return 0;
}
int dev_start(struct dev *d)
{
	mutex_init(&d->lock);
	d->task = kthread_run(dev_thread, d, "dev");
	return PTR_ERR_OR_ZERO(d->task);
}
EXPORT_SYMBOL(dev_start);
void dev_stop(struct dev *d)
{
	mutex_lock(&d->lock);
	kthread_stop(d->task);
	d->task = NULL;
	mutex_unlock(&d->lock);
}
EXPORT_SYMBOL(dev_stop);
