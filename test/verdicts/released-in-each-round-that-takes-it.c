// correct
struct it { struct list_head l; int busy; };
struct dev { spinlock_t lock; struct list_head items; };
void flush(struct it *i);
void dev_drain(struct dev *d)
{
	struct it *i;

	for (;;) {
		spin_lock_irq(&d->lock);
		if (list_empty(&d->items)) {
			spin_unlock_irq(&d->lock);
			break;
		}
		i = list_first_entry(&d->items, struct it, l);
		list_del(&i->l);
		spin_unlock_irq(&d->lock);
		if (i->busy)
			continue;
		flush(i);
	}
}
EXPORT_SYMBOL(dev_drain);
int dev_retry(struct dev *d)
{
	int tries = 3;

	spin_lock_irq(&d->lock);
again:
	if (!list_empty(&d->items) && tries--) {
		spin_unlock_irq(&d->lock);
		cpu_relax();
		spin_lock_irq(&d->lock);
		goto again;
	}
	spin_unlock_irq(&d->lock);
	return tries;
}
EXPORT_SYMBOL(dev_retry);
