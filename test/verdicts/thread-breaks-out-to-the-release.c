// correct
struct d { spinlock_t lock; struct list_head jobs; struct task_struct *t; int dead; };
static int d_thread(void *data)
{
	struct d *d = data;

	spin_lock(&d->lock);
	while (!kthread_should_stop()) {
		if (d->dead)
			break;
		spin_unlock(&d->lock);
		msleep(10);
		spin_lock(&d->lock);
	}
	spin_unlock(&d->lock);
	return 0;
}
int d_start(struct d *d)
{
	d->t = kthread_run(d_thread, d, "d");
	return PTR_ERR_OR_ZERO(d->t);
}
