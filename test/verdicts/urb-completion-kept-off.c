// correct
struct pad { struct urb *urb; struct usb_device *udev; spinlock_t lock; int keys; };
static void pad_got(struct urb *urb)
{
	struct pad *p = urb->context;

	spin_lock(&p->lock);
	p->keys++;
	spin_unlock(&p->lock);
}
int pad_start(struct pad *p)
{
	usb_fill_int_urb(p->urb, p->udev, usb_rcvintpipe(p->udev, 1), NULL, 8, pad_got, p, 4);
	return usb_submit_urb(p->urb, GFP_KERNEL);
}
int pad_wait(struct pad *p)
{
	int keys;

	msleep(10);
	spin_lock_irq(&p->lock);
	keys = p->keys;
	spin_unlock_irq(&p->lock);
	return keys;
}
