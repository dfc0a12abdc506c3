// a mistake: sleep-in-atomic
struct d { spinlock_t lock; int n; };
static void put(struct d *d, int how)
{
	spin_lock(&d->lock);
	switch (how) {
	case 0:
		d->n--;
		break;
	case 1:
		d->n = 0;
		break;
	case 2:
		msleep(20);
		break;
	}
	spin_unlock(&d->lock);
}
void d_put(struct d *d)
{
	put(d, 0);
}
void d_clear(struct d *d)
{
	put(d, 2);
}
