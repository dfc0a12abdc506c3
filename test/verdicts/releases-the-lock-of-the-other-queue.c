// a mistake: missing-unlock, unbalanced-unlock
struct q { spinlock_t lock; int n; };
struct dev { struct q rx, tx; };
void dev_rx(struct dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->rx.lock, flags);
	d->rx.n++;
	spin_unlock_irqrestore(&d->tx.lock, flags);
}
EXPORT_SYMBOL(dev_rx);
