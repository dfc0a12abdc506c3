// a mistake: wait-deadlock
// usb_deregister() takes the lock of each device, under which probe() runs.
static DEFINE_MUTEX(table_lock);
static int users;

static int keys_probe(struct usb_interface *intf, const struct usb_device_id *id)
{
	guard(mutex)(&table_lock);
	users++;
	return 0;
}

static struct usb_driver keys_driver = { .name = "keys", .probe = keys_probe };

void keys_close(void)
{
	mutex_lock(&table_lock);
	if (--users == 0)
		usb_deregister(&keys_driver);
	mutex_unlock(&table_lock);
}
EXPORT_SYMBOL(keys_close);

int keys_open(void)
{
	return usb_register(&keys_driver);
}
EXPORT_SYMBOL(keys_open);
