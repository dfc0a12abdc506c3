// a mistake: irq-inversion
// The timer expires in a hard interrupt, and the mode is read from a constant variable.
struct meter { spinlock_t lock; u64 sum; struct hrtimer timer; };
enum hrtimer_mode const meter_mode = HRTIMER_MODE_ABS_PINNED_HARD;
static enum hrtimer_restart meter_fire(struct hrtimer *t)
{
	struct meter *m = container_of(t, struct meter, timer);

	spin_lock(&m->lock);
	m->sum++;
	spin_unlock(&m->lock);
	return HRTIMER_NORESTART;
}
static u64 meter_read(struct meter *m)
{
	u64 sum;

	spin_lock_bh(&m->lock);
	sum = m->sum;
	spin_unlock_bh(&m->lock);
	return sum;
}
static long meter_ioctl(struct file *f, unsigned int cmd, unsigned long arg)
{
	return meter_read(f->private_data);
}
static const struct file_operations meter_fops = { .unlocked_ioctl = meter_ioctl };
void meter_start(struct meter *m)
{
	spin_lock_init(&m->lock);
	hrtimer_init(&m->timer, CLOCK_MONOTONIC, meter_mode);
	m->timer.function = meter_fire;
	hrtimer_start(&m->timer, 1000, meter_mode);
}
EXPORT_SYMBOL(meter_start);
