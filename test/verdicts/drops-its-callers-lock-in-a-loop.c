// correct
// Both are called with the lock, which they drop for a while.
struct printer { spinlock_t lock; int pages, sent; char buf[64]; };
long printer_copy(struct printer *p, char __user *to, long count)
{
	long ret = 0;

	if (count < 4)
		return 0;
	while (count && p->pages) {
		spin_unlock_irq(&p->lock);
		if (copy_to_user(to, p->buf, 4))
			ret = -EFAULT;
		spin_lock_irq(&p->lock);
		if (ret)
			return ret;
		count--;
	}
	return p->sent;
}
void printer_tell(struct printer *p)
{
	if (p->pages)
		return;
	spin_unlock(&p->lock);
	printer_ready(p);
	spin_lock(&p->lock);
}
