// correct
struct q { spinlock_t lock; struct q *next; int n; };
/* Called with q->lock held; returns with the lock of the next one. */
struct q *step(struct q *q)
{
	struct q *next = q->next;

	spin_lock(&next->lock);
	spin_unlock(&q->lock);
	return next;
}
EXPORT_SYMBOL(step);
