// a mistake: missing-unlock
struct d { struct semaphore sem; void *buf; };
int d_alloc(struct d *d, size_t n)
{
	down(&d->sem);
	d->buf = kmalloc(n, GFP_KERNEL);
	if (!d->buf)
		return -ENOMEM;
	up(&d->sem);
	return 0;
}
void d_free(struct d *d)
{
	down(&d->sem);
	kfree(d->buf);
	up(&d->sem);
}
void d_init(struct d *d)
{
	sema_init(&d->sem, 1);
}
