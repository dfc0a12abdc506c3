// a mistake: wait-deadlock
struct gauge {
	spinlock_t lock;
	struct timer_list timer;
	int value;
};

static void gauge_store(struct gauge *gauge)
{
	spin_lock(&gauge->lock);
	gauge->value++;
	spin_unlock(&gauge->lock);
}

static void gauge_read(struct gauge *gauge)
{
	gauge_store(gauge);
}

static void gauge_step(struct gauge *gauge)
{
	gauge_read(gauge);
}

static void gauge_sample(struct gauge *gauge)
{
	gauge_step(gauge);
	mod_timer(&gauge->timer, jiffies + HZ);
}

static void gauge_expire(struct timer_list *t)
{
	struct gauge *gauge = container_of(t, struct gauge, timer);

	gauge_sample(gauge);
}

void gauge_stop(struct gauge *gauge)
{
	spin_lock_bh(&gauge->lock);
	timer_delete_sync(&gauge->timer);
	spin_unlock_bh(&gauge->lock);
}
EXPORT_SYMBOL(gauge_stop);

void gauge_start(struct gauge *gauge)
{
	spin_lock_init(&gauge->lock);
	timer_setup(&gauge->timer, gauge_expire, 0);
}
EXPORT_SYMBOL(gauge_start);
