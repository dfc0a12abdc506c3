// a mistake: self-deadlock
enum { M_NONE, M_SLOW, M_FAST };
struct q { struct mutex lock; int mode; int n; };
static void drain(struct q *q)
{
	mutex_lock(&q->lock);
	q->n = 0;
	mutex_unlock(&q->lock);
}
void q_kick(struct q *q)
{
	mutex_lock(&q->lock);
	if (q->mode == M_FAST)
		drain(q);
	q->n++;
	mutex_unlock(&q->lock);
}
void q_setup(struct q *q, int mode)
{
	mutex_init(&q->lock);
	q->mode = mode;
}
EXPORT_SYMBOL(q_setup);
