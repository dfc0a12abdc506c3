// correct
struct pool;
struct pool_ops { int (*trim)(struct pool *p, int keep); };
struct pool { struct mutex lock; int n; const struct pool_ops *ops; struct work_struct work; };
static void pool_unlink(struct pool *p)
{
	lockdep_assert_held(&p->lock);
	p->n--;
}
static int pool_trim(struct pool *p, int keep)
{
	while (p->n > keep)
		pool_unlink(p);
	return p->n;
}
static const struct pool_ops pool_std = { .trim = pool_trim };
int pool_add(struct pool *p)
{
	int rc;

	mutex_lock(&p->lock);
	p->n++;
	rc = p->n > 64 ? p->ops->trim(p, 32) : 0;
	mutex_unlock(&p->lock);
	return rc;
}
EXPORT_SYMBOL(pool_add);
static void pool_work(struct work_struct *work)
{
	struct pool *p = container_of(work, struct pool, work);

	mutex_lock(&p->lock);
	p->ops->trim(p, 0);
	mutex_unlock(&p->lock);
}
void pool_init(struct pool *p)
{
	mutex_init(&p->lock);
	p->ops = &pool_std;
	INIT_WORK(&p->work, pool_work);
}
EXPORT_SYMBOL(pool_init);
