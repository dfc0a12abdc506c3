// correct
// False says that the goods are still locked.
struct stall { struct mutex lock; int goods; };
static bool stall_sold(struct stall *s, int n)
{
	mutex_lock(&s->lock);
	if (s->goods < n)
		return false;
	s->goods -= n;
	mutex_unlock(&s->lock);
	return true;
}
int stall_sell(struct stall *s, int n)
{
	if (stall_sold(s, n))
		return 0;
	s->goods = 0;
	mutex_unlock(&s->lock);
	return -ENODATA;
}
EXPORT_SYMBOL(stall_sell);
