// correct
// The number says whether the caller holds the lock.
struct dev { struct mutex lock; int bank; };
enum { HELD, NOT_HELD };

static int dev_select(struct dev *d, int bank, int how)
{
	if (how > HELD)
		mutex_lock(&d->lock);
	d->bank = bank;
	if (how > HELD)
		mutex_unlock(&d->lock);
	return 0;
}

int dev_load(struct dev *d, int bank, int how)
{
	int ret;

	mutex_lock(&d->lock);
	ret = dev_select(d, bank, how);
	mutex_unlock(&d->lock);
	return ret;
}

int dev_choose(struct dev *d, int bank)
{
	return dev_load(d, bank, HELD) ?: dev_select(d, bank, NOT_HELD);
}
