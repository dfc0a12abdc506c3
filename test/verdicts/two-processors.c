// a mistake: lock-order-cycle
struct pool { spinlock_t lock; int n; };
static DEFINE_PER_CPU(struct pool, pools);

void pool_steal(int from, int to)
{
	struct pool *a = per_cpu_ptr(&pools, from);
	struct pool *b = per_cpu_ptr(&pools, to);

	spin_lock(&a->lock);
	spin_lock(&b->lock);
	b->n += a->n;
	a->n = 0;
	spin_unlock(&b->lock);
	spin_unlock(&a->lock);
}
EXPORT_SYMBOL(pool_steal);
