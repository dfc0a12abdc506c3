// a mistake: wait-deadlock
// The last pulse stops the sequence, and hrtimer_cancel() spins until the callback that calls it has returned.
struct pulse { struct hrtimer timer; spinlock_t lock; ktime_t half; unsigned int left; };
static void pulse_stop(struct pulse *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	p->left = 0;
	spin_unlock_irqrestore(&p->lock, flags);
	hrtimer_cancel(&p->timer);
}
static enum hrtimer_restart pulse_fire(struct hrtimer *t)
{
	struct pulse *p = container_of(t, struct pulse, timer);

	if (--p->left == 0) {
		pulse_stop(p);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(t, p->half);
	return HRTIMER_RESTART;
}
int pulse_probe(struct pulse *p)
{
	spin_lock_init(&p->lock);
	hrtimer_init(&p->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	p->timer.function = pulse_fire;
	return 0;
}
