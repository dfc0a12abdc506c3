// correct
struct vault { struct mutex door; int gold; };
DEFINE_GUARD(vault, struct vault *, mutex_lock(&_T->door), mutex_unlock(&_T->door))
DEFINE_GUARD_COND(vault, _try, mutex_trylock(&_T->door))
DEFINE_GUARD_COND(vault, _intr, mutex_lock_interruptible(&_T->door), _RET == 0)

static int vault_wait(struct vault *v)
{
	guard(vault)(v);
	return v->gold;
}
int vault_take(struct vault *v, int n)
{
	scoped_cond_guard(vault_intr, return -EINTR, v) {
		if (v->gold < n)
			return -ENOENT;
		v->gold -= n;
	}
	return 0;
}
EXPORT_SYMBOL(vault_take);
int vault_peek(struct vault *v)
{
	scoped_guard(vault_try, v)
		return v->gold;
	return vault_wait(v);
}
EXPORT_SYMBOL(vault_peek);
int vault_look(struct vault *v)
{
	CLASS(vault_try, held)(v);

	if (!held)
		return -EBUSY;
	return v->gold;
}
EXPORT_SYMBOL(vault_look);
