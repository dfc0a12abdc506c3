// correct
// exec_prelock() leaves the object locked until exec_done(). Only the acquisition names a subclass.
struct object { struct kref ref; struct mutex lock; };
struct exec { struct object *contended, *prelocked, *objects[8]; unsigned int count, level; bool interruptible; };
static void object_free(struct kref *ref)
{
	kfree(container_of(ref, struct object, ref));
}
static int exec_note(struct exec *exec, struct object *obj)
{
	if (exec->count == 8)
		return -ENOMEM;
	exec->objects[exec->count++] = obj;
	return 0;
}
static int exec_prelock(struct exec *exec)
{
	struct object *obj = exec->contended;
	int ret;

	if (!obj)
		return 0;
	exec->contended = NULL;
	if (exec->interruptible) {
		ret = mutex_lock_interruptible_nested(&obj->lock, exec->level);
		if (unlikely(ret))
			goto error_put;
	} else {
		mutex_lock_nested(&obj->lock, exec->level);
	}
	ret = exec_note(exec, obj);
	if (unlikely(ret))
		goto error_unlock;
	exec->prelocked = obj;
	return 0;
error_unlock:
	mutex_unlock(&obj->lock);
error_put:
	kref_put(&obj->ref, object_free);
	return ret;
}
int exec_prepare(struct exec *exec)
{
	return exec_prelock(exec);
}
void exec_done(struct exec *exec)
{
	unsigned int i;

	for (i = 0; i < exec->count; i++) {
		struct object *obj = exec->objects[i];

		mutex_unlock(&obj->lock);
		kref_put(&obj->ref, object_free);
	}
}
