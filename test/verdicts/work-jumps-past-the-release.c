// a mistake: missing-unlock
struct d { spinlock_t lock; struct delayed_work work; int n; };
static void d_work(struct work_struct *w)
{
	struct d *d = container_of(to_delayed_work(w), struct d, work);
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	if (!d->n)
		goto out;
	d->n--;
	spin_unlock_irqrestore(&d->lock, flags);
	schedule_delayed_work(&d->work, HZ);
out:
	return;
}
void d_init(struct d *d)
{
	INIT_DELAYED_WORK(&d->work, d_work);
}
