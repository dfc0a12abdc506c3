// correct
struct q { struct mutex lock; wait_queue_head_t wq; int done; };
void q_reply(struct q *q)
{
	mutex_lock(&q->lock);
	q->done = 1;
	wake_up(&q->wq);
	mutex_unlock(&q->lock);
}
void q_abort(struct q *q)
{
	WRITE_ONCE(q->done, 2);
	wake_up(&q->wq);
}
void q_call(struct q *q)
{
	mutex_lock(&q->lock);
	wait_event(q->wq, q->done);
	mutex_unlock(&q->lock);
}
