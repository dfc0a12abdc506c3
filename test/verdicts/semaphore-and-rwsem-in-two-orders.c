// a mistake: lock-order-cycle
struct dev { struct semaphore sb; struct rw_semaphore wb; int n; };
void write_super(struct dev *d)
{
	down(&d->sb);
	d->n++;
	up(&d->sb);
}
void writeback(struct dev *d)
{
	down_write(&d->wb);
	write_super(d);
	up_write(&d->wb);
}
void attach(struct dev *d)
{
	down(&d->sb);
	down_write(&d->wb);
	d->n++;
	up_write(&d->wb);
	up(&d->sb);
}
void dev_init(struct dev *d) { sema_init(&d->sb, 1); init_rwsem(&d->wb); }
