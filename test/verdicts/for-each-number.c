// a mistake: self-deadlock
struct obj { struct mutex lock; int id; };
static DEFINE_IDR(objs);
static DEFINE_MUTEX(objs_lock);
static int obj_stop(int id, void *p, void *data)
{
	struct obj *o = p;

	mutex_lock(&objs_lock);
	o->id = -1;
	mutex_unlock(&objs_lock);
	return 0;
}
void objs_stop(void)
{
	mutex_lock(&objs_lock);
	idr_for_each(&objs, obj_stop, NULL);
	mutex_unlock(&objs_lock);
}
EXPORT_SYMBOL(objs_stop);
