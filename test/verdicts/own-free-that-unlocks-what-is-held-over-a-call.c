// a mistake: self-deadlock
struct stall { struct mutex lock; int n; };
static struct stall *stall_lock(struct stall *s)
{
	mutex_lock(&s->lock);
	return s;
}
DEFINE_FREE(stall_unlock, struct stall *, if (_T) mutex_unlock(&_T->lock))

static int stall_count(struct stall *given)
{
	struct stall *s __free(stall_unlock) = stall_lock(given);

	return s->n;
}
int stall_add(struct stall *given, int n)
{
	struct stall *s __free(stall_unlock) = stall_lock(given);

	if (stall_count(given) > n)
		return -EBUSY;
	s->n += n;
	return 0;
}
EXPORT_SYMBOL(stall_add);
