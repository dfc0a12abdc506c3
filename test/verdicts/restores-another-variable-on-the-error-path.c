// a mistake: irq-state
struct unit { spinlock_t lock; spinlock_t stats; int count, state; };

int unit_apply(struct unit *u, int n)
{
	unsigned long flags, irqflags;

	spin_lock_irqsave(&u->lock, flags);
	if (u->state) {
		spin_unlock_irqrestore(&u->lock, irqflags);
		return -EBUSY;
	}
	u->count += n;
	spin_unlock_irqrestore(&u->lock, flags);

	spin_lock_irqsave(&u->stats, irqflags);
	u->state++;
	spin_unlock_irqrestore(&u->stats, irqflags);
	return 0;
}
EXPORT_SYMBOL(unit_apply);
