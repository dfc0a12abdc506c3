// a mistake: lock-order-cycle
// The walk calls what the member of the table holds.
struct yard;
struct yard_ops { int (*pass)(struct yard *y, int n); };
struct yard { struct mutex gate, book; const struct yard_ops *ops; int berth[8]; };
static int yard_pass(struct yard *y, int n)
{
	mutex_lock(&y->book);
	y->berth[n]++;
	mutex_unlock(&y->book);
	return 0;
}
static const struct yard_ops yard_ops = { .pass = yard_pass };
static int yard_each(struct yard *y, int (*fn)(struct yard *, int))
{
	int i, ret = 0;

	for (i = 0; i < 8 && !ret; i++)
		ret = fn(y, i);
	return ret;
}
int yard_survey(struct yard *y)
{
	int ret;

	mutex_lock(&y->gate);
	ret = yard_each(y, y->ops->pass);
	mutex_unlock(&y->gate);
	return ret;
}
EXPORT_SYMBOL(yard_survey);
void yard_close(struct yard *y)
{
	mutex_lock(&y->book);
	mutex_lock(&y->gate);
	y->berth[0] = 0;
	mutex_unlock(&y->gate);
	mutex_unlock(&y->book);
}
EXPORT_SYMBOL(yard_close);
void yard_init(struct yard *y)
{
	y->ops = &yard_ops;
}
EXPORT_SYMBOL(yard_init);
