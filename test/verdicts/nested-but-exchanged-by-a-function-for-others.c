// a mistake: lock-order-cycle
struct volume { struct mutex lock; long used; struct volume *mirror; };

void volume_copy(struct volume *from, struct volume *to)
{
	mutex_lock(&from->lock);
	mutex_lock_nested(&to->lock, SINGLE_DEPTH_NESTING);
	to->used = from->used;
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}
EXPORT_SYMBOL(volume_copy);

void volume_sync(struct volume *v)
{
	volume_copy(v, v->mirror);
}
EXPORT_SYMBOL(volume_sync);

void volume_restore(struct volume *v)
{
	volume_copy(v->mirror, v);
}
EXPORT_SYMBOL(volume_restore);
