// a mistake: missing-unlock, unbalanced-unlock
struct dev { struct mutex a, b; int n; };
int dev_set(struct dev *d, int v)
{
	if (v < 0)
		return -EINVAL;
	mutex_lock(&d->a);
	d->n = v;
	if (v > 10) {
		mutex_unlock(&d->b);
		return -ERANGE;
	}
	mutex_unlock(&d->b);
	return 0;
}
EXPORT_SYMBOL(dev_set);
