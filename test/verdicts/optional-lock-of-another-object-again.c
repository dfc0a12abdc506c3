// correct
// Objects that come through tuner_set() have no lock.
struct tuner { spinlock_t *lock; int on, rate; };
static int tuner_enable(struct tuner *t)
{
	unsigned long flags = 0;

	if (t->lock)
		spin_lock_irqsave(t->lock, flags);
	t->on = 1;
	if (t->lock)
		spin_unlock_irqrestore(t->lock, flags);
	return 0;
}
int tuner_set(struct tuner *t, int rate)
{
	unsigned long flags = 0;
	int err;

	if (t->lock)
		spin_lock_irqsave(t->lock, flags);
	t->rate = rate;
	err = tuner_enable(t);
	if (t->lock)
		spin_unlock_irqrestore(t->lock, flags);
	return err;
}
EXPORT_SYMBOL(tuner_set);
