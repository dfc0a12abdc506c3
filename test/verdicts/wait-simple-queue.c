// a mistake: wait-deadlock
struct q { struct mutex lock; struct swait_queue_head wq; int done; };
void q_end(struct q *q)
{
	mutex_lock(&q->lock);
	q->done = 1;
	swake_up_one(&q->wq);
	mutex_unlock(&q->lock);
}
void q_wait(struct q *q)
{
	mutex_lock(&q->lock);
	swait_event_exclusive(q->wq, q->done);
	mutex_unlock(&q->lock);
}
