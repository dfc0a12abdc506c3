// correct
struct dev { struct mutex lock; int v[8]; };
int dev_poll(struct dev *d)
{
	int i;
	bool locked = true;

	mutex_lock(&d->lock);
	for (i = 0; i < 8; i++) {
		if (!locked) {
			mutex_lock(&d->lock);
			locked = true;
		}
		if (d->v[i] == 0)
			continue;
		mutex_unlock(&d->lock);
		locked = false;
		msleep(10);
	}
	if (locked)
		mutex_unlock(&d->lock);
	return 0;
}
EXPORT_SYMBOL(dev_poll);
