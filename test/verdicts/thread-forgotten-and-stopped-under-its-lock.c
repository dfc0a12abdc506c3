// a mistake: wait-deadlock
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

static void poller_halt(struct poller *p)
{
	struct task_struct *task = p->task;

	if (!task)
		return;
	p->task = NULL;
	kthread_stop(task);
}

int poller_switch(bool on)
{
	int ret = 0;

	mutex_lock(&poller.lock);
	if (on)
		ret = poller_start(&poller);
	else
		poller_halt(&poller);
	mutex_unlock(&poller.lock);
	return ret;
}
EXPORT_SYMBOL(poller_switch);
