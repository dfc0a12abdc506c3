// a mistake: missing-unlock
struct q { struct mutex lock; int n; };
extern int step(struct q *);
int q_step(struct q *q)
{
	int err;

	mutex_lock(&q->lock);
	err = step(q);
	if (err == -EINTR)
		return err;
	if (err)
		q->n = 0;
	mutex_unlock(&q->lock);
	return err;
}
