// a mistake: self-deadlock
// udc_start() is called under the lock of connecting.
static int dock_udc_start(struct usb_gadget *gadget, struct usb_gadget_driver *driver)
{
	return usb_gadget_connect(gadget);
}

const struct usb_gadget_ops dock_ops = { .udc_start = dock_udc_start };
