// correct
struct mixer { struct mutex lock; struct task_struct *worker; int level; };
static struct mixer front, back;

static int mixer_work(void *data)
{
	struct mixer *m = data;

	while (!kthread_should_stop()) {
		mutex_lock(&m->lock);
		m->level--;
		mutex_unlock(&m->lock);
		schedule_timeout_interruptible(HZ);
	}
	return 0;
}

static void mixer_stop(struct mixer *m)
{
	kthread_stop(m->worker);
}

static void mixer_run(struct mixer *m)
{
	m->worker = kthread_run(mixer_work, m, "mixer");
}

void mixer_open(void)
{
	mixer_run(&front);
	mixer_run(&back);
}
EXPORT_SYMBOL(mixer_open);

void mixer_close(void)
{
	mutex_lock(&front.lock);
	mixer_stop(&back);
	mutex_unlock(&front.lock);
}
EXPORT_SYMBOL(mixer_close);
