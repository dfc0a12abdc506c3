// correct
struct volume { struct mutex lock; long used; };

void volume_pair(struct volume *first, struct volume *second)
{
	mutex_lock(&first->lock);
	mutex_lock_nested(&second->lock, SINGLE_DEPTH_NESTING);
	first->used += second->used;
	mutex_unlock(&second->lock);
	mutex_unlock(&first->lock);
}
EXPORT_SYMBOL(volume_pair);

void volume_join(struct volume *a, struct volume *b)
{
	if (a < b)
		volume_pair(a, b);
	else
		volume_pair(b, a);
}
EXPORT_SYMBOL(volume_join);

struct volume_set { struct volume root; };

void volume_sum(struct volume_set *set, struct volume *leaf)
{
	volume_pair(&set->root, leaf);
}
EXPORT_SYMBOL(volume_sum);
