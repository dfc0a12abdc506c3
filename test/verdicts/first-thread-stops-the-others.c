// correct
struct est { struct task_struct *task; int id; };
static DEFINE_MUTEX(all_lock);
static struct est *ests[8];
static int count;
static void stop_others(void)
{
	int id;

	mutex_lock(&all_lock);
	for (id = 1; id < count; id++)
		kthread_stop(ests[id]->task);
	mutex_unlock(&all_lock);
}
static int est_thread(void *data)
{
	struct est *e = data;

	while (!kthread_should_stop()) {
		if (e->id == 0)
			stop_others();
		msleep(100);
	}
	return 0;
}
int est_start(struct est *e)
{
	e->task = kthread_run(est_thread, e, "est");
	return PTR_ERR_OR_ZERO(e->task);
}
