// a mistake: sleep-in-atomic
// The helper takes no lock of its own.
struct crate { spinlock_t lock; struct usb_hcd *hcd; };
static void crate_stop(struct crate *c)
{
	usb_remove_hcd(c->hcd);
}
void crate_remove(struct crate *c)
{
	spin_lock(&c->lock);
	crate_stop(c);
	spin_unlock(&c->lock);
}
EXPORT_SYMBOL(crate_remove);
