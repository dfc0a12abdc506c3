// a mistake: unbalanced-unlock
struct pump { spinlock_t lock; int level; bool busy; };
void pump_fill(struct pump *p, int n)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
retry:
	if (p->busy) {
		spin_unlock_irqrestore(&p->lock, flags);
		cpu_relax();
		goto retry;
	}
	p->level += n;
	spin_unlock_irqrestore(&p->lock, flags);
}
EXPORT_SYMBOL(pump_fill);
