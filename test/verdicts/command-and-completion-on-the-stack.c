// a mistake: wait-deadlock
struct cmd { struct list_head entry; struct completion *reply; };
struct adapter { struct mutex lock; struct list_head cmds; struct task_struct *thread; wait_queue_head_t wq; };
static void adapter_finish(struct adapter *a, struct cmd *c)
{
	mutex_lock(&a->lock);
	list_del(&c->entry);
	mutex_unlock(&a->lock);
	complete(c->reply);
}
static int adapter_thread(void *data)
{
	struct adapter *a = data;
	struct cmd *c;

	while (!kthread_should_stop()) {
		wait_event_interruptible(a->wq, !list_empty(&a->cmds) || kthread_should_stop());
		c = list_first_entry_or_null(&a->cmds, struct cmd, entry);
		if (c)
			adapter_finish(a, c);
	}
	return 0;
}
int adapter_start(struct adapter *a)
{
	mutex_init(&a->lock);
	a->thread = kthread_run(adapter_thread, a, "adapter");
	return 0;
}
EXPORT_SYMBOL(adapter_start);
int adapter_sync(struct adapter *a)
{
	struct completion done;
	struct cmd c;

	init_completion(&done);
	c.reply = &done;
	mutex_lock(&a->lock);
	list_add(&c.entry, &a->cmds);
	wake_up(&a->wq);
	wait_for_completion(&done);
	mutex_unlock(&a->lock);
	return 0;
}
EXPORT_SYMBOL(adapter_sync);
