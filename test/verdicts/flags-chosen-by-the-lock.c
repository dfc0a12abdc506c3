// correct
// The lock is taken under the condition that chooses flags which do not wait.
struct pool { spinlock_t lock; int shared; void *spare; };

int pool_refill(struct pool *p)
{
	void *spare;
	gfp_t gfp = GFP_KERNEL;
	bool locked = false;

	if (p->shared) {
		spin_lock(&p->lock);
		gfp = GFP_ATOMIC;
		locked = true;
	}
	spare = kmalloc(64, gfp);
	if (spare)
		p->spare = spare;
	if (locked)
		spin_unlock(&p->lock);
	return spare ? 0 : -ENOMEM;
}

int pool_trim(struct pool *p, bool atomic)
{
	if (atomic)
		spin_lock(&p->lock);
	p->spare = kmalloc(64, atomic ? GFP_ATOMIC : GFP_KERNEL);
	if (atomic)
		spin_unlock(&p->lock);
	return 0;
}

void pool_init(struct pool *p)
{
	spin_lock_init(&p->lock);
}
