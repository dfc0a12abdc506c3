// a mistake: wait-deadlock
struct q { struct mutex lock; wait_queue_head_t wq; int done; };
void q_reply(struct q *q)
{
	mutex_lock(&q->lock);
	q->done = 1;
	wake_up(&q->wq);
	mutex_unlock(&q->lock);
}
static int wait_done(struct q *q)
{
	wait_event(q->wq, q->done);
	return q->done;
}
int q_call(struct q *q)
{
	int ret;

	mutex_lock(&q->lock);
	ret = wait_done(q);
	mutex_unlock(&q->lock);
	return ret;
}
