// a mistake: lock-order-cycle
#define HASH_BITS_ 4
struct htab { spinlock_t locks[1 << HASH_BITS_]; spinlock_t gc_lock; int n; };
#define bucket_lock(h, k) (&(h)->locks[(k) & ((1 << HASH_BITS_) - 1)])
void htab_add(struct htab *h, u32 k)
{
	spin_lock(bucket_lock(h, k));
	spin_lock(&h->gc_lock);
	h->n++;
	spin_unlock(&h->gc_lock);
	spin_unlock(bucket_lock(h, k));
}
EXPORT_SYMBOL(htab_add);
void htab_gc(struct htab *h)
{
	u32 k;

	spin_lock(&h->gc_lock);
	for (k = 0; k < 16; k++) {
		spin_lock(bucket_lock(h, k));
		h->n--;
		spin_unlock(bucket_lock(h, k));
	}
	spin_unlock(&h->gc_lock);
}
EXPORT_SYMBOL(htab_gc);
