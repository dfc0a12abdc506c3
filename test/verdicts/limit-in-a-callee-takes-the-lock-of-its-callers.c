// a mistake: self-deadlock
// Four calls below, behind a condition in a function that only runs with the lock held.
struct bank;

struct bank_ops {
	void (*apply)(struct bank *b, int level);
	void (*rearm)(struct bank *b);
};

struct bank {
	struct mutex lock;
	const struct bank_ops *ops;
	int level, power;
};

static void bank_latch(struct bank *b, int v)
{
	mutex_lock(&b->lock);
	b->level = v;
	mutex_unlock(&b->lock);
}

static void bank_rearm(struct bank *b)
{
	bank_latch(b, 0);
}

static void bank_limit(struct bank *b)
{
	if (b->power > 900)
		b->ops->rearm(b);
}

static void bank_apply(struct bank *b, int level)
{
	b->power += level;
	bank_limit(b);
}

static const struct bank_ops bank_ops = { .apply = bank_apply, .rearm = bank_rearm };

static ssize_t level_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct bank *b = dev_get_drvdata(dev);

	mutex_lock(&b->lock);
	b->ops->apply(b, buf[0]);
	mutex_unlock(&b->lock);
	return count;
}
static DEVICE_ATTR_WO(level);

void bank_start(struct bank *b)
{
	mutex_init(&b->lock);
	b->ops = &bank_ops;
	b->ops->rearm(b);
}
EXPORT_SYMBOL(bank_start);
