// a mistake: unbalanced-unlock
// A negative size reaches the release without the lock, which no caller can hold: the other paths take it.
struct depot { struct mutex lock; int room; };
int depot_store(struct depot *d, int size)
{
	int ret = 0;

	if (size < 0) {
		ret = -EINVAL;
		goto unlock;
	}
	mutex_lock(&d->lock);
	if (d->room < size)
		ret = -ENOSPC;
	else
		d->room -= size;
unlock:
	mutex_unlock(&d->lock);
	return ret;
}
EXPORT_SYMBOL(depot_store);
