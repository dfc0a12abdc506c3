// a mistake: wait-deadlock
struct array {
	struct mutex lock;
	struct task_struct *task;
	struct work_struct plan;
	struct completion planned;
	int batch;
};

static void array_plan(struct work_struct *work)
{
	struct array *a = container_of(work, struct array, plan);

	mutex_lock(&a->lock);
	a->batch = 4;
	mutex_unlock(&a->lock);
	complete(&a->planned);
}

static int array_next(struct array *a)
{
	reinit_completion(&a->planned);
	queue_work(system_unbound_wq, &a->plan);
	wait_for_completion(&a->planned);
	return a->batch;
}

static void array_step(struct array *a)
{
	array_next(a);
}

static int array_thread(void *data)
{
	while (!kthread_should_stop())
		array_step(data);
	return 0;
}

int array_start(struct array *a)
{
	INIT_WORK(&a->plan, array_plan);
	init_completion(&a->planned);
	a->task = kthread_run(array_thread, a, "array");
	return 0;
}

void array_set(struct array *a)
{
	mutex_lock(&a->lock);
	kthread_stop(a->task);
	mutex_unlock(&a->lock);
}
