// correct
struct q { struct mutex lock; int n; };
int q_step(struct q *q)
{
	int err;

	mutex_lock(&q->lock);
	err = q->n ? -EAGAIN : -EIO;
	if (q->n > 4)
		err = -EINPROGRESS;
	if (err == -EINPROGRESS)
		goto out;
	mutex_unlock(&q->lock);
out:
	return err;
}
