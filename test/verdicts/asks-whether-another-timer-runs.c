// a mistake: wait-deadlock
struct dummy {
	spinlock_t lock;
	struct hrtimer timer;
	struct hrtimer other;
	int running;
};

static enum hrtimer_restart dummy_callback(struct hrtimer *timer)
{
	struct dummy *d = container_of(timer, struct dummy, timer);

	if (!d->running)
		return HRTIMER_NORESTART;
	spin_lock(&d->lock);
	spin_unlock(&d->lock);
	return HRTIMER_RESTART;
}

static enum hrtimer_restart other_callback(struct hrtimer *timer)
{
	struct dummy *d = container_of(timer, struct dummy, other);

	spin_lock(&d->lock);
	spin_unlock(&d->lock);
	return HRTIMER_RESTART;
}

void dummy_init(struct dummy *d)
{
	hrtimer_setup(&d->timer, dummy_callback, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_setup(&d->other, other_callback, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}

static void other_stop(struct dummy *d)
{
	if (!hrtimer_callback_running(&d->timer))
		hrtimer_cancel(&d->other);
}

// It asks for another timer.
void other_trigger(struct dummy *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	other_stop(d);
	spin_unlock_irqrestore(&d->lock, flags);
}
