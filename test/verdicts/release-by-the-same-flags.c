// correct
struct d { spinlock_t lock; int n; };
int d_set(struct d *d, int n, bool atomic, bool force)
{
	if (atomic && !force)
		spin_lock(&d->lock);
	d->n = n;
	if (!force && atomic)
		spin_unlock(&d->lock);
	return 0;
}
EXPORT_SYMBOL(d_set);
