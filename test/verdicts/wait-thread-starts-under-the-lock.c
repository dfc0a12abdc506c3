// a mistake: wait-deadlock
struct w { struct mutex lock; struct completion started; struct task_struct *t; int n; };
static int w_thread(void *data)
{
	struct w *w = data;

	mutex_lock(&w->lock);
	w->n = 1;
	mutex_unlock(&w->lock);
	complete(&w->started);
	while (!kthread_should_stop())
		msleep(10);
	return 0;
}
int w_start(struct w *w)
{
	mutex_lock(&w->lock);
	w->t = kthread_run(w_thread, w, "w");
	wait_for_completion(&w->started);
	mutex_unlock(&w->lock);
	return 0;
}
