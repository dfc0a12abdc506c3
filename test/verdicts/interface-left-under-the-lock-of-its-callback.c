// a mistake: wait-deadlock
// class_interface_unregister() takes the mutex under which add_dev() is called for a device that appears.
static DEFINE_MUTEX(meters_lock);
static int meters;

static void count(int by)
{
	mutex_lock(&meters_lock);
	meters += by;
	mutex_unlock(&meters_lock);
}

static int meter_add(struct device *dev)
{
	count(1);
	return 0;
}

static struct class_interface meter_intf = { .add_dev = meter_add };

int meters_start(struct class *class)
{
	meter_intf.class = class;
	return class_interface_register(&meter_intf);
}
EXPORT_SYMBOL(meters_start);

void meters_stop(void)
{
	mutex_lock(&meters_lock);
	class_interface_unregister(&meter_intf);
	meters = 0;
	mutex_unlock(&meters_lock);
}
EXPORT_SYMBOL(meters_stop);
