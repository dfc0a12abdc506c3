// a mistake: lock-order-cycle
struct pool { spinlock_t lock; int n; };
struct queue { spinlock_t own; struct pool *pool; bool shared; int n; };
static DEFINE_SPINLOCK(stats_lock);

static inline spinlock_t *queue_lock(struct queue *q)
{
	return q->shared ? &q->pool->lock : &q->own;
}

void queue_add(struct queue *q)
{
	spin_lock(queue_lock(q));
	spin_lock(&stats_lock);
	q->n++;
	spin_unlock(&stats_lock);
	spin_unlock(queue_lock(q));
}

void pool_report(struct pool *p)
{
	spin_lock(&stats_lock);
	spin_lock(&p->lock);
	p->n++;
	spin_unlock(&p->lock);
	spin_unlock(&stats_lock);
}
