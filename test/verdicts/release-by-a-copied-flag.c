// correct
struct d { struct mutex lock; bool a; int n; };
void d_do(struct d *d)
{
	bool locked = false;

	if (d->a) {
		mutex_lock(&d->lock);
		locked = true;
	}
	d->n++;
	if (locked)
		mutex_unlock(&d->lock);
}
