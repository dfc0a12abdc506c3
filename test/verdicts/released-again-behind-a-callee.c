// a mistake: unbalanced-unlock
struct d { spinlock_t lock; int n; };
static void d_fail(struct d *d)
{
	d->n = 0;
	spin_unlock(&d->lock);
}
int d_do(struct d *d)
{
	spin_lock(&d->lock);
	if (d->n > 9) {
		d_fail(d);
		spin_unlock(&d->lock);
		return -ENOSPC;
	}
	d->n++;
	spin_unlock(&d->lock);
	return 0;
}
