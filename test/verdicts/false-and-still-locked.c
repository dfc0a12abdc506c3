// a mistake: missing-unlock
struct stall { struct mutex lock; int goods; };
bool stall_sell(struct stall *s, int n)
{
	if (!mutex_trylock(&s->lock))
		return false;
	if (s->goods < n)
		return false;
	s->goods -= n;
	mutex_unlock(&s->lock);
	return true;
}
EXPORT_SYMBOL(stall_sell);
bool stall_fill(struct stall *s, int n)
{
	mutex_lock(&s->lock);
	if (s->goods > 100)
		return false;
	s->goods += n;
	mutex_unlock(&s->lock);
	return true;
}
EXPORT_SYMBOL(stall_fill);
