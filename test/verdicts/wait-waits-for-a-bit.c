// a mistake: wait-deadlock
struct q { struct mutex lock; unsigned long flags; };
void q_end(struct q *q)
{
	mutex_lock(&q->lock);
	clear_bit(3, &q->flags);
	wake_up_bit(&q->flags, 3);
	mutex_unlock(&q->lock);
}
void q_wait(struct q *q)
{
	mutex_lock(&q->lock);
	wait_on_bit(&q->flags, 3, TASK_UNINTERRUPTIBLE);
	mutex_unlock(&q->lock);
}
