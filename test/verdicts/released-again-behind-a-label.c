// a mistake: unbalanced-unlock
struct d { struct mutex lock; int n; };
int d_do(struct d *d)
{
	int ret = 0;

	mutex_lock(&d->lock);
	if (d->n < 0) {
		mutex_unlock(&d->lock);
		ret = -EINVAL;
		goto out;
	}
	d->n++;
out:
	mutex_unlock(&d->lock);
	return ret;
}
