// a mistake: wait-deadlock
static DEFINE_SEMAPHORE(scan_sem, 1);
static struct task_struct *scanner;
static int scans;

static int scan_thread(void *unused)
{
	while (!kthread_should_stop()) {
		down(&scan_sem);
		scans++;
		up(&scan_sem);
		msleep(50);
	}
	return 0;
}

int scan_start(void)
{
	scanner = kthread_run(scan_thread, NULL, "scan");
	return PTR_ERR_OR_ZERO(scanner);
}
EXPORT_SYMBOL(scan_start);

void scan_stop(void)
{
	down(&scan_sem);
	kthread_stop(scanner);
	up(&scan_sem);
}
EXPORT_SYMBOL(scan_stop);
