// correct
struct q { struct mutex lock; wait_queue_head_t wq; int done; };
void q_end(struct q *q)
{
	if (mutex_trylock(&q->lock)) {
		q->done = 1;
		mutex_unlock(&q->lock);
	}
	wake_up(&q->wq);
}
void q_wait(struct q *q)
{
	mutex_lock(&q->lock);
	wait_event(q->wq, READ_ONCE(q->done));
	mutex_unlock(&q->lock);
}
