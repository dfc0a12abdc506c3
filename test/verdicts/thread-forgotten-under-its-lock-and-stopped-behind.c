// correct
struct poller { struct mutex lock; struct task_struct *task; u32 value; };
static struct poller poller = { .lock = __MUTEX_INITIALIZER(poller.lock) };

static int poller_thread(void *arg)
{
	struct poller *p = arg;

	while (!kthread_should_stop()) {
		mutex_lock(&p->lock);
		p->value++;
		mutex_unlock(&p->lock);
		msleep_interruptible(100);
	}
	return 0;
}

static int poller_start(struct poller *p)
{
	struct task_struct *task = kthread_run(poller_thread, p, "poller");

	if (IS_ERR(task))
		return PTR_ERR(task);
	p->task = task;
	return 0;
}

int poller_switch(bool on)
{
	struct task_struct *task = NULL;
	int ret = 0;

	mutex_lock(&poller.lock);
	if (on) {
		ret = poller_start(&poller);
	} else {
		task = poller.task;
		poller.task = NULL;
	}
	mutex_unlock(&poller.lock);
	if (task)
		kthread_stop(task);
	return ret;
}
EXPORT_SYMBOL(poller_switch);
