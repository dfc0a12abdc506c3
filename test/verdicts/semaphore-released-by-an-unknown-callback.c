// correct
struct work;
struct closure { struct work *work; };
struct dev { struct semaphore sb; struct rw_semaphore wb; int n; struct closure io; };
extern void submit(struct dev *d, void (*done)(struct work *));
extern void closure_sync(struct dev *d);
static CLOSURE_CALLBACK(write_done)
{
	closure_type(d, struct dev, io);

	up(&d->sb);
}
void write_super(struct dev *d)
{
	down(&d->sb);
	submit(d, write_done);
}
void writeback(struct dev *d)
{
	down_write(&d->wb);
	write_super(d);
	up_write(&d->wb);
}
void attach(struct dev *d)
{
	write_super(d);
	closure_sync(d);
	down_write(&d->wb);
	d->n++;
	up_write(&d->wb);
}
void dev_init(struct dev *d) { sema_init(&d->sb, 1); init_rwsem(&d->wb); }
