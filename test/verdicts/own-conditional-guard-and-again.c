// a mistake: self-deadlock
struct vault { struct mutex door; int gold; };
DEFINE_GUARD(vault, struct vault *, mutex_lock(&_T->door), mutex_unlock(&_T->door))
DEFINE_GUARD_COND(vault, _intr, mutex_lock_interruptible(&_T->door) == 0)

static int vault_count(struct vault *v)
{
	guard(vault)(v);
	return v->gold;
}
int vault_take(struct vault *v, int n)
{
	scoped_cond_guard(vault_intr, return -EINTR, v) {
		if (vault_count(v) < n)
			return -ENOENT;
		v->gold -= n;
	}
	return 0;
}
EXPORT_SYMBOL(vault_take);
