// correct
struct lamp { struct mutex lock; struct mutex wire; int on; };
DEFINE_GUARD(lamp, struct lamp *, mutex_lock(&_T->lock), mutex_unlock(&_T->lock))

static void lamp_wire(struct lamp *l)
{
	mutex_lock(&l->wire);
	guard(lamp)(l);
	l->on++;
	mutex_unlock(&l->wire);
}
int lamp_set(struct lamp *l, int on)
{
	guard(lamp)(l);
	if (l->on == on) {
		mutex_unlock(&l->lock);
		lamp_wire(l);
		mutex_lock(&l->lock);
		return 0;
	}
	l->on = on;
	return 1;
}
EXPORT_SYMBOL(lamp_set);
