// a mistake: wait-deadlock
extern struct class foo_class;
static DEFINE_MUTEX(lock);
static int n;
static int add_dev(struct device *dev, struct class_interface *ci)
{
	mutex_lock(&lock);
	n++;
	mutex_unlock(&lock);
	return 0;
}
static struct class_interface intf = { .add_dev = add_dev };
int start(void)
{
	int ret;

	mutex_lock(&lock);
	intf.class = &foo_class;
	ret = class_interface_register(&intf);
	mutex_unlock(&lock);
	return ret;
}
EXPORT_SYMBOL(start);
