// a mistake: wait-deadlock
struct q { struct mutex lock; int busy; };
void q_end(struct q *q)
{
	mutex_lock(&q->lock);
	q->busy = 0;
	wake_up_var(&q->busy);
	mutex_unlock(&q->lock);
}
void q_wait(struct q *q)
{
	mutex_lock(&q->lock);
	wait_var_event(&q->busy, !q->busy);
	mutex_unlock(&q->lock);
}
