// a mistake: wait-deadlock
struct q { struct mutex lock; wait_queue_head_t wq; int done; };
static void finish(struct q *q)
{
	q->done = 1;
	wake_up(&q->wq);
}
void q_reply(struct q *q)
{
	mutex_lock(&q->lock);
	finish(q);
	mutex_unlock(&q->lock);
}
int q_call(struct q *q)
{
	int ret;

	mutex_lock(&q->lock);
	ret = wait_event_interruptible(q->wq, q->done);
	mutex_unlock(&q->lock);
	return ret;
}
