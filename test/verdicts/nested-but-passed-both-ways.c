// a mistake: lock-order-cycle
struct acct { struct mutex lock; int id; long v; };
static int acct_move(struct acct *a, struct acct *b, long n)
{
	if (a->id == b->id)
		return -EINVAL;
	mutex_lock(&a->lock);
	mutex_lock_nested(&b->lock, 1);
	a->v -= n;
	b->v += n;
	mutex_unlock(&b->lock);
	mutex_unlock(&a->lock);
	return 0;
}
static struct acct one, two;
int acct_pay(long n)
{
	return acct_move(&one, &two, n);
}
EXPORT_SYMBOL(acct_pay);
int acct_refund(long n)
{
	return acct_move(&two, &one, n);
}
EXPORT_SYMBOL(acct_refund);
