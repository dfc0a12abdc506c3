// correct
static DEFINE_MUTEX(meters_lock);
static DEFINE_MUTEX(switch_lock);
static int meters;

static int meter_add(struct device *dev)
{
	mutex_lock(&meters_lock);
	meters++;
	mutex_unlock(&meters_lock);
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
	mutex_lock(&switch_lock);
	class_interface_unregister(&meter_intf);
	mutex_lock(&meters_lock);
	meters = 0;
	mutex_unlock(&meters_lock);
	mutex_unlock(&switch_lock);
}
EXPORT_SYMBOL(meters_stop);
