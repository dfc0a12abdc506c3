// a mistake: missing-unlock
struct q { struct mutex lock; int n; };
int q_step(struct q *q)
{
	int err = 0;

	mutex_lock(&q->lock);
	if (q->n > 4)
		return -EBUSY;
	if (q->n < 0)
		err = -EINPROGRESS;
	if (err != -EINPROGRESS)
		mutex_unlock(&q->lock);
	return err;
}
