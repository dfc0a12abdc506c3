// a mistake: sleep-in-atomic
// The flags depend on the object, not on the lock, which is held either way.
struct pool { spinlock_t lock; int urgent; void *spare; };

int pool_refill(struct pool *p)
{
	void *spare;
	gfp_t gfp = p->urgent ? GFP_ATOMIC : GFP_KERNEL;

	spin_lock(&p->lock);
	spare = kmalloc(64, gfp);
	if (spare)
		p->spare = spare;
	spin_unlock(&p->lock);
	return spare ? 0 : -ENOMEM;
}

void pool_init(struct pool *p)
{
	spin_lock_init(&p->lock);
}
