// a mistake: wait-deadlock
static DEFINE_MUTEX(cmd_lock);
static struct completion *waiter;
static void cmd_done(struct work_struct *w)
{
	mutex_lock(&cmd_lock);
	if (waiter)
		complete(waiter);
	waiter = NULL;
	mutex_unlock(&cmd_lock);
}
static DECLARE_WORK(cmd_work, cmd_done);
void cmd_run(void)
{
	DECLARE_COMPLETION_ONSTACK(c);

	mutex_lock(&cmd_lock);
	waiter = &c;
	schedule_work(&cmd_work);
	wait_for_completion(&c);
	mutex_unlock(&cmd_lock);
}
EXPORT_SYMBOL(cmd_run);
