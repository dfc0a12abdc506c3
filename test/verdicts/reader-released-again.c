// a mistake: unbalanced-unlock
struct d { struct rw_semaphore sem; int n; };
int d_get(struct d *d, int *v)
{
	down_read(&d->sem);
	*v = d->n;
	up_read(&d->sem);
	if (*v == 0) {
		up_read(&d->sem);
		return -ENOENT;
	}
	return 0;
}
