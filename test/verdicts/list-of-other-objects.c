// correct
struct dev { struct mutex list; struct mutex mode; struct list_head uses; int n; };
struct use { struct dev *dev; struct list_head head; };
static int dev_update(struct dev *d, int n)
{
	mutex_lock(&d->list);
	mutex_lock(&d->mode);
	d->n = n;
	mutex_unlock(&d->mode);
	mutex_unlock(&d->list);
	return 0;
}
static int uses_enable(struct dev *d)
{
	struct use *u;
	int ret = 0;

	list_for_each_entry(u, &d->uses, head)
		ret |= dev_update(u->dev, 1);
	return ret;
}
int dev_read(struct dev *d)
{
	int ret;

	mutex_lock(&d->mode);
	ret = uses_enable(d);
	mutex_unlock(&d->mode);
	return ret;
}
int dev_store(struct dev *d, int v)
{
	return dev_update(d, v);
}
