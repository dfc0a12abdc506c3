// correct
struct unit { spinlock_t lock, stats; int count; };

int unit_apply(struct unit *u, int n)
{
	unsigned long flags, kept;

	spin_lock_irqsave(&u->lock, flags);
	kept = flags;
	u->count += n;
	spin_unlock_irqrestore(&u->lock, kept);
	return 0;
}
EXPORT_SYMBOL(unit_apply);

int unit_pair(struct unit *u)
{
	unsigned long flags, inner;

	spin_lock_irqsave(&u->lock, flags);
	spin_lock_irqsave(&u->stats, inner);
	u->count++;
	spin_unlock_irqrestore(&u->lock, inner);
	spin_unlock_irqrestore(&u->stats, flags);
	return 0;
}
EXPORT_SYMBOL(unit_pair);
