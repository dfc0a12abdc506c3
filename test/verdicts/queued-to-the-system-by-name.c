// a mistake: wait-deadlock
static DEFINE_MUTEX(cfg);
static int n;
static void cfg_apply(struct work_struct *w)
{
	mutex_lock(&cfg);
	n++;
	mutex_unlock(&cfg);
}
static DECLARE_WORK(cfg_work, cfg_apply);
void cfg_change(void)
{
	queue_work(system_wq, &cfg_work);
}
EXPORT_SYMBOL(cfg_change);
void cfg_reset(void)
{
	mutex_lock(&cfg);
	flush_scheduled_work();
	n = 0;
	mutex_unlock(&cfg);
}
EXPORT_SYMBOL(cfg_reset);
