// a mistake: irq-inversion
// Whatever mode the variable holds, bottom halves have to be off.
struct gauge { spinlock_t lock; u64 sum; struct hrtimer timer; };
static const enum hrtimer_mode gauge_mode = HRTIMER_MODE_REL_SOFT;
static enum hrtimer_restart gauge_fire(struct hrtimer *t)
{
	struct gauge *m = container_of(t, struct gauge, timer);

	spin_lock(&m->lock);
	m->sum++;
	spin_unlock(&m->lock);
	return HRTIMER_NORESTART;
}
static u64 gauge_read(struct gauge *m)
{
	u64 sum;

	spin_lock(&m->lock);
	sum = m->sum;
	spin_unlock(&m->lock);
	return sum;
}
static long gauge_ioctl(struct file *f, unsigned int cmd, unsigned long arg)
{
	return gauge_read(f->private_data);
}
static const struct file_operations gauge_fops = { .unlocked_ioctl = gauge_ioctl };
void gauge_start(struct gauge *m)
{
	spin_lock_init(&m->lock);
	hrtimer_init(&m->timer, CLOCK_MONOTONIC, gauge_mode);
	m->timer.function = gauge_fire;
	hrtimer_start(&m->timer, 1000, gauge_mode);
}
EXPORT_SYMBOL(gauge_start);
