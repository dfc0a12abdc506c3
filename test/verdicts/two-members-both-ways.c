// a mistake: lock-order-cycle
struct dev { struct mutex list; struct mutex mode; int n; };
static int dev_update(struct dev *d, int n)
{
	mutex_lock(&d->list);
	mutex_lock(&d->mode);
	d->n = n;
	mutex_unlock(&d->mode);
	mutex_unlock(&d->list);
	return 0;
}
int dev_read(struct dev *d)
{
	int ret;

	mutex_lock(&d->mode);
	mutex_lock(&d->list);
	ret = d->n;
	mutex_unlock(&d->list);
	mutex_unlock(&d->mode);
	return ret;
}
int dev_store(struct dev *d, int v)
{
	return dev_update(d, v);
}
