// a mistake: irq-state
struct unit { spinlock_t lock; int count, state; };

int unit_apply(struct unit *u, int n)
{
	unsigned long flags;
	unsigned long old = 0;

	spin_lock_irqsave(&u->lock, flags);
	u->count += n;
	spin_unlock_irqrestore(&u->lock, old);
	return 0;
}
EXPORT_SYMBOL(unit_apply);
