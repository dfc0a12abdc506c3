// a mistake: lock-order-cycle
struct bucket { spinlock_t lock; struct hlist_head head; };
static struct bucket buckets[32];
static struct bucket *bucket_of(u32 key)
{
	return &buckets[hash_32(key, 5)];
}

void entry_move(struct hlist_node *n, u32 from, u32 to)
{
	struct bucket *a = bucket_of(from);
	struct bucket *b = bucket_of(to);

	if (a == b)
		return;
	spin_lock(&a->lock);
	spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	hlist_del(n);
	hlist_add_head(n, &b->head);
	spin_unlock(&b->lock);
	spin_unlock(&a->lock);
}
EXPORT_SYMBOL(entry_move);
