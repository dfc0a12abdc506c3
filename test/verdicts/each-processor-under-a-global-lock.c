// a mistake: lock-order-cycle
struct pool { spinlock_t lock; int n; };
static DEFINE_PER_CPU(struct pool, pools);
static DEFINE_SPINLOCK(total_lock);
static int total;

void pool_put(void)
{
	struct pool *p = get_cpu_ptr(&pools);

	spin_lock(&p->lock);
	p->n++;
	spin_lock(&total_lock);
	total++;
	spin_unlock(&total_lock);
	spin_unlock(&p->lock);
	put_cpu_ptr(&pools);
}
EXPORT_SYMBOL(pool_put);

int pool_sum(void)
{
	int cpu, sum = 0;

	spin_lock(&total_lock);
	for_each_possible_cpu(cpu) {
		struct pool *p = per_cpu_ptr(&pools, cpu);

		spin_lock(&p->lock);
		sum += p->n;
		spin_unlock(&p->lock);
	}
	spin_unlock(&total_lock);
	return sum;
}
EXPORT_SYMBOL(pool_sum);
