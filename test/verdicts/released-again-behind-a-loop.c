// a mistake: unbalanced-unlock
struct d { spinlock_t lock; struct list_head l; int n; };
int d_find(struct d *d, int v)
{
	struct d *e;

	spin_lock(&d->lock);
	list_for_each_entry(e, &d->l, l) {
		if (e->n == v) {
			spin_unlock(&d->lock);
			break;
		}
	}
	spin_unlock(&d->lock);
	return 0;
}
