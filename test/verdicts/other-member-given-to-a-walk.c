// correct
// The walk calls another member, which takes no lock.
struct dock;
struct dock_ops { int (*pass)(struct dock *d, int n); int (*count)(struct dock *d, int n); };
struct dock { struct mutex gate, book; const struct dock_ops *ops; int berth[8]; };
static int dock_pass(struct dock *d, int n)
{
	mutex_lock(&d->book);
	d->berth[n]++;
	mutex_unlock(&d->book);
	return 0;
}
static int dock_count(struct dock *d, int n)
{
	return d->berth[n];
}
static const struct dock_ops dock_ops = { .pass = dock_pass, .count = dock_count };
static int dock_each(struct dock *d, int (*fn)(struct dock *, int))
{
	int i, ret = 0;

	for (i = 0; i < 8 && !ret; i++)
		ret = fn(d, i);
	return ret;
}
int dock_survey(struct dock *d)
{
	int ret;

	mutex_lock(&d->gate);
	ret = dock_each(d, d->ops->count);
	mutex_unlock(&d->gate);
	return ret;
}
EXPORT_SYMBOL(dock_survey);
void dock_close(struct dock *d)
{
	mutex_lock(&d->book);
	mutex_lock(&d->gate);
	d->berth[0] = 0;
	mutex_unlock(&d->gate);
	mutex_unlock(&d->book);
}
EXPORT_SYMBOL(dock_close);
void dock_init(struct dock *d)
{
	d->ops = &dock_ops;
}
EXPORT_SYMBOL(dock_init);
