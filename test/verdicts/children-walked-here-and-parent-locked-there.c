// a mistake: lock-order-cycle
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
	int ret = -EDQUOT;

	mutex_lock(&q->lock);
	if (q->used + n > q->limit)
		goto out;
	if (parent) {
		mutex_lock_nested(&parent->lock, SINGLE_DEPTH_NESTING);
		parent->used += n;
		mutex_unlock(&parent->lock);
	}
	q->used += n;
	ret = 0;
out:
	mutex_unlock(&q->lock);
	return ret;
}
EXPORT_SYMBOL(quota_charge);
