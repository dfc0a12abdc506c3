// correct
// depot_merge() calls it with the lock, and it always gives the lock back.
struct depot { struct mutex lock; int room; bool merging; };
static int depot_close(struct depot *d)
{
	int ret = 0;

	if (d->merging)
		goto unlock;
	mutex_lock(&d->lock);
	ret = d->room;
unlock:
	d->room = 0;
	mutex_unlock(&d->lock);
	return ret;
}
int depot_merge(struct depot *d)
{
	mutex_lock(&d->lock);
	d->merging = true;
	return depot_close(d);
}
int depot_end(struct depot *d)
{
	d->merging = false;
	return depot_close(d);
}
