// correct
struct stall { struct mutex lock; int n; };
DEFINE_FREE(stall_unlock, struct stall *, if (_T) mutex_unlock(&_T->lock))

int stall_add(struct stall *given, int n)
{
	struct stall *s __free(stall_unlock) = NULL;

	if (n < 0)
		return -EINVAL;
	mutex_lock(&given->lock);
	s = given;
	if (s->n > n)
		return -EBUSY;
	s->n += n;
	return 0;
}
EXPORT_SYMBOL(stall_add);
int stall_twice(struct stall *given)
{
	int err = stall_add(given, 1);

	if (err)
		return err;
	return stall_add(given, 2);
}
EXPORT_SYMBOL(stall_twice);
