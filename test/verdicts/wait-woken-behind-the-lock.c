// a mistake: wait-deadlock
struct q { struct mutex lock; wait_queue_head_t wq; int done; };
static irqreturn_t q_thread(int irq, void *data)
{
	struct q *q = data;

	mutex_lock(&q->lock);
	q->done = 1;
	mutex_unlock(&q->lock);
	wake_up_all(&q->wq);
	return IRQ_HANDLED;
}
int q_probe(struct q *q, int irq)
{
	return request_threaded_irq(irq, NULL, q_thread, IRQF_ONESHOT, "q", q);
}
void q_call(struct q *q)
{
	mutex_lock(&q->lock);
	q->done = 0;
	wait_event(q->wq, q->done);
	mutex_unlock(&q->lock);
}
