// correct
static DEFINE_MUTEX(conf_lock);
static LIST_HEAD(hosts);
static int n_hosts;
static int on_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		mutex_lock(&conf_lock);
		n_hosts++;
		mutex_unlock(&conf_lock);
		break;
	default:
		break;
	}
	return NOTIFY_OK;
}
static struct notifier_block nb = { .notifier_call = on_event };
static void setup(void)
{
	register_netdevice_notifier(&nb);
}
int drv_init(void)
{
	mutex_lock(&conf_lock);
	setup();
	mutex_unlock(&conf_lock);
	return 0;
}
