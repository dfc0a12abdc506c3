// a mistake: wait-deadlock
struct udev { spinlock_t l; struct mutex lock; struct urb *urb; };
static void u_complete(struct urb *urb)
{
	struct completion *done = urb->context;

	complete(done);
}
struct xfer { struct udev *dev; struct completion *done; struct work_struct work; };
static void xfer_work(struct work_struct *w)
{
	struct xfer *x = container_of(w, struct xfer, work);

	mutex_lock(&x->dev->lock);
	mutex_unlock(&x->dev->lock);
	complete(x->done);
}
int xfer_sync(struct udev *u)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct xfer *x = kzalloc(sizeof(*x), GFP_KERNEL);

	if (!x)
		return -ENOMEM;
	INIT_WORK(&x->work, xfer_work);
	x->dev = u;
	x->done = &done;
	mutex_lock(&u->lock);
	schedule_work(&x->work);
	wait_for_completion(&done);
	mutex_unlock(&u->lock);
	kfree(x);
	return 0;
}
EXPORT_SYMBOL(xfer_sync);
