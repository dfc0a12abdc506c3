// correct
// The gadget is connected behind the lock that its pull-up takes.
struct dock { struct usb_gadget gadget; struct mutex lock; bool on; };

static int dock_pullup(struct usb_gadget *gadget, int on)
{
	struct dock *dock = container_of(gadget, struct dock, gadget);

	mutex_lock(&dock->lock);
	dock->on = on;
	mutex_unlock(&dock->lock);
	return 0;
}

static const struct usb_gadget_ops dock_ops = { .pullup = dock_pullup };

void dock_plug(struct dock *dock)
{
	bool on;

	mutex_lock(&dock->lock);
	on = dock->on;
	mutex_unlock(&dock->lock);
	if (!on)
		usb_gadget_connect(&dock->gadget);
}
EXPORT_SYMBOL_GPL(dock_plug);

void dock_init(struct dock *dock)
{
	mutex_init(&dock->lock);
	dock->gadget.ops = &dock_ops;
}
EXPORT_SYMBOL_GPL(dock_init);
