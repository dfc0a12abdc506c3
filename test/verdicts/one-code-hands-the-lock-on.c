// correct
// The code tells the caller that the request keeps the lock until it completes.
struct desk { struct mutex lock; int n; };
int desk_submit(struct desk *d);
int desk_send(struct desk *d)
{
	int ret;

	mutex_lock(&d->lock);
	ret = desk_submit(d);
	if (ret != -EIOCBQUEUED)
		mutex_unlock(&d->lock);
	return ret;
}
EXPORT_SYMBOL(desk_send);
