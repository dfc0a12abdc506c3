// a mistake: missing-unlock
struct d { spinlock_t lock; struct list_head jobs; struct task_struct *t; int dead; };
static int d_thread(void *data)
{
	struct d *d = data;

	while (!kthread_should_stop()) {
		spin_lock(&d->lock);
		if (d->dead)
			break;
		if (list_empty(&d->jobs)) {
			spin_unlock(&d->lock);
			msleep(10);
			continue;
		}
		list_del_init(d->jobs.next);
		spin_unlock(&d->lock);
	}
	return 0;
}
int d_start(struct d *d)
{
	d->t = kthread_run(d_thread, d, "d");
	return PTR_ERR_OR_ZERO(d->t);
}
