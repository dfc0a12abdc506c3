// a mistake: lock-order-cycle
#define BITS 4
struct bucket { spinlock_t lock; struct hlist_head head; };
struct rekey { unsigned int from; unsigned int to; };
static struct bucket table[1 << BITS];
static inline struct bucket *bucket_of(unsigned int key)
{
	return &table[hash_32(key, BITS)];
}
static spinlock_t *lock_of(unsigned int key)
{
	return &bucket_of(key)->lock;
}
int flow_move(const struct rekey *rk)
{
	spinlock_t *src = lock_of(rk->from);
	spinlock_t *dst = lock_of(rk->to);

	spin_lock(src);
	if (src != dst)
		spin_lock_nested(dst, SINGLE_DEPTH_NESTING);
	INIT_HLIST_HEAD(&bucket_of(rk->to)->head);
	if (src != dst)
		spin_unlock(dst);
	spin_unlock(src);
	return 0;
}
