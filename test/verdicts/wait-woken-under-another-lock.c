// a mistake: wait-deadlock
struct q { struct mutex lock; struct mutex b; wait_queue_head_t wq; int done; };
void q_end(struct q *q)
{
	mutex_lock(&q->b);
	mutex_lock(&q->lock);
	q->done = 1;
	mutex_unlock(&q->lock);
	wake_up(&q->wq);
	mutex_unlock(&q->b);
}
void q_wait(struct q *q)
{
	mutex_lock(&q->b);
	wait_event(q->wq, q->done);
	mutex_unlock(&q->b);
}
