// a mistake: unbalanced-unlock
// The mask says nothing of the acquisition: it gets no bit where the lock was taken, and no callee gets its address.
struct dev { struct mutex lock; unsigned long state; };
#define LOCKED 1
int run(struct dev *d, unsigned int flags)
{
	int ret = mutex_lock_interruptible(&d->lock);

	if (ret)
		goto out;
	ret = work(d);
out:
	if (flags & LOCKED)
		mutex_unlock(&d->lock);
	return ret;
}
