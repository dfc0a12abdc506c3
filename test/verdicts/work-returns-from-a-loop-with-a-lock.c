// a mistake: missing-unlock
struct d { struct mutex lock; struct work_struct work; int n; };
static void d_work(struct work_struct *w)
{
	struct d *d = container_of(w, struct d, work);
	int i;

	for (i = 0; i < 10; i++) {
		mutex_lock(&d->lock);
		if (d->n < 0)
			return;
		d->n--;
		mutex_unlock(&d->lock);
	}
}
void d_init(struct d *d)
{
	INIT_WORK(&d->work, d_work);
}
