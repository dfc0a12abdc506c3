// a mistake: wait-deadlock
struct q { struct mutex lock; wait_queue_head_t wq; struct work_struct work; bool idle; };
static void q_work(struct work_struct *w)
{
	struct q *q = container_of(w, struct q, work);

	mutex_lock(&q->lock);
	q->idle = true;
	wake_up_interruptible(&q->wq);
	mutex_unlock(&q->lock);
}
void q_init(struct q *q)
{
	mutex_init(&q->lock);
	init_waitqueue_head(&q->wq);
	INIT_WORK(&q->work, q_work);
}
int q_drain(struct q *q)
{
	int ret;

	mutex_lock(&q->lock);
	schedule_work(&q->work);
	ret = wait_event_killable(q->wq, q->idle);
	mutex_unlock(&q->lock);
	return ret;
}
