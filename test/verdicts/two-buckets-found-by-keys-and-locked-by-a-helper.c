// a mistake: lock-order-cycle
#define BUCKETS 16
struct bucket { struct mutex lock; struct hlist_head list; };
struct move { u32 from, to; long amount; };
static struct bucket buckets[BUCKETS];

static struct bucket *bucket_of(u32 owner)
{
	return &buckets[hash_32(owner, 4)];
}

static void lock_two(struct bucket *a, struct bucket *b)
{
	mutex_lock(&a->lock);
	if (a != b)
		mutex_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
}

static void unlock_two(struct bucket *a, struct bucket *b)
{
	if (a != b)
		mutex_unlock(&b->lock);
	mutex_unlock(&a->lock);
}

int bucket_move(const struct move *m)
{
	struct bucket *from = bucket_of(m->from);
	struct bucket *to = bucket_of(m->to);

	lock_two(from, to);
	hlist_move_list(&from->list, &to->list);
	unlock_two(from, to);
	return 0;
}
EXPORT_SYMBOL(bucket_move);
