// a mistake: self-deadlock
struct tuner { spinlock_t *lock; int on, rate; };
static int tuner_enable(struct tuner *t)
{
	unsigned long flags;

	spin_lock_irqsave(t->lock, flags);
	t->on = 1;
	spin_unlock_irqrestore(t->lock, flags);
	return 0;
}
int tuner_set(struct tuner *t, int rate)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(t->lock, flags);
	t->rate = rate;
	if (!t->on)
		err = tuner_enable(t);
	spin_unlock_irqrestore(t->lock, flags);
	return err;
}
EXPORT_SYMBOL(tuner_set);
