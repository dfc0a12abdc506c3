// a mistake: unbalanced-unlock
struct dev { struct mutex lock; int v[8]; };
int dev_poll(struct dev *d)
{
	int i;

	mutex_lock(&d->lock);
	for (i = 0; i < 8; i++) {
		if (d->v[i] == 0)
			continue;
		mutex_unlock(&d->lock);
		msleep(10);
		if (d->v[i] == 2)
			continue;
		mutex_lock(&d->lock);
	}
	mutex_unlock(&d->lock);
	return 0;
}
EXPORT_SYMBOL(dev_poll);
