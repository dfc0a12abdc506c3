// a mistake: unbalanced-unlock
struct lamp { struct mutex lock; int on; };
DEFINE_GUARD(lamp, struct lamp *, mutex_lock(&_T->lock), mutex_unlock(&_T->lock))

int lamp_set(struct lamp *l, int on)
{
	guard(lamp)(l);
	if (l->on == on) {
		mutex_unlock(&l->lock);
		return 0;
	}
	l->on = on;
	return 1;
}
EXPORT_SYMBOL(lamp_set);
