// a mistake: missing-unlock
struct d { struct mutex lock; struct task_struct *t; int state; };
static int d_thread(void *data)
{
	struct d *d = data;

	for (;;) {
		mutex_lock(&d->lock);
		switch (d->state) {
		case 0:
			mutex_unlock(&d->lock);
			schedule_timeout_interruptible(HZ);
			break;
		case 1:
			d->state = 0;
			mutex_unlock(&d->lock);
			break;
		default:
			return -EIO;
		}
	}
}
int d_start(struct d *d)
{
	d->t = kthread_create(d_thread, d, "d");
	if (IS_ERR(d->t))
		return PTR_ERR(d->t);
	wake_up_process(d->t);
	return 0;
}
