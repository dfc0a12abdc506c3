// a mistake: missing-unlock, unbalanced-unlock
struct dev { struct mutex a, b; int n; };
int dev_set(struct dev *d, int v)
{
	mutex_lock(&d->a);
	d->n = v;
	mutex_unlock(&d->b);
	return 0;
}
EXPORT_SYMBOL(dev_set);
