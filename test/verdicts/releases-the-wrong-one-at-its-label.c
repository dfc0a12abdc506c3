// a mistake: missing-unlock, unbalanced-unlock
struct dev { struct mutex cfg, io; int n, state; };
int dev_io(struct dev *d)
{
	int ret = 0;

	mutex_lock(&d->io);
	if (!d->state) {
		ret = -EIO;
		goto out;
	}
	d->n++;
out:
	mutex_unlock(&d->cfg);
	return ret;
}
EXPORT_SYMBOL(dev_io);
int dev_cfg(struct dev *d, int s)
{
	mutex_lock(&d->cfg);
	d->state = s;
	mutex_unlock(&d->cfg);
	return 0;
}
EXPORT_SYMBOL(dev_cfg);
