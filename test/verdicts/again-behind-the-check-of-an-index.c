// a mistake: self-deadlock
// Each operation takes the lock of the device, and one of them calls another one with it held.
struct dev;
struct dev_ops { int (*select)(struct dev *d, int bank); int (*load)(struct dev *d, int bank); };
struct dev { struct mutex lock; const struct dev_ops *ops; int bank; int loaded; };

static int ram_select(struct dev *d, int bank)
{
	if (bank >= 16)
		return -EINVAL;
	mutex_lock(&d->lock);
	d->bank = bank;
	mutex_unlock(&d->lock);
	return 0;
}

static int ram_load(struct dev *d, int bank)
{
	int ret;

	mutex_lock(&d->lock);
	ret = d->ops->select(d, bank);
	if (!ret)
		d->loaded = bank;
	mutex_unlock(&d->lock);
	return ret;
}

static const struct dev_ops ram_ops = { .select = ram_select, .load = ram_load };

void ram_init(struct dev *d)
{
	mutex_init(&d->lock);
	d->ops = &ram_ops;
}
