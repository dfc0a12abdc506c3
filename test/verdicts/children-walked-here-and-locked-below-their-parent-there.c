// correct
struct quota { struct mutex lock; struct quota *parent; struct list_head kids, sib; u64 used, limit; };

void quota_limit(struct quota *q, u64 limit)
{
	struct quota *kid;

	mutex_lock(&q->lock);
	list_for_each_entry(kid, &q->kids, sib) {
		mutex_lock_nested(&kid->lock, SINGLE_DEPTH_NESTING);
		kid->limit = min(kid->limit, limit);
		mutex_unlock(&kid->lock);
	}
	mutex_unlock(&q->lock);
}
EXPORT_SYMBOL(quota_limit);

int quota_charge(struct quota *q, u64 n)
{
	struct quota *parent = q->parent;

	mutex_lock(&parent->lock);
	mutex_lock_nested(&q->lock, SINGLE_DEPTH_NESTING);
	parent->used += n;
	q->used += n;
	mutex_unlock(&q->lock);
	mutex_unlock(&parent->lock);
	return 0;
}
EXPORT_SYMBOL(quota_charge);
