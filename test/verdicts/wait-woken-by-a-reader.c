// a mistake: wait-deadlock
struct q { struct rw_semaphore sem; wait_queue_head_t wq; int done; };
void q_reply(struct q *q)
{
	down_read(&q->sem);
	q->done = 1;
	wake_up(&q->wq);
	up_read(&q->sem);
}
void q_call(struct q *q)
{
	down_write(&q->sem);
	wait_event(q->wq, q->done);
	up_write(&q->sem);
}
