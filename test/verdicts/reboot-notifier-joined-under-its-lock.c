// a mistake: wait-deadlock
static DEFINE_MUTEX(lock);
static int down;
static int on_reboot(struct notifier_block *nb, unsigned long ev, void *p)
{
	mutex_lock(&lock);
	down = 1;
	mutex_unlock(&lock);
	return NOTIFY_DONE;
}
static struct notifier_block nb = { .notifier_call = on_reboot };
int start(void)
{
	int ret;

	mutex_lock(&lock);
	ret = register_reboot_notifier(&nb);
	mutex_unlock(&lock);
	return ret;
}
EXPORT_SYMBOL(start);
