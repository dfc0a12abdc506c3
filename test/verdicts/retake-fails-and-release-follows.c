// a mistake: unbalanced-unlock
struct host { spinlock_t lock; struct mutex m; void *cmd; int n; };

static int h_wait(struct host *h)
{
	int ret;
	mutex_unlock(&h->m);
	ret = wait_event_interruptible(h->wq, !h->n);
	if (ret)
		return ret;
	return mutex_lock_interruptible(&h->m);
}
long h_flush(struct host *h)
{
	int ret;
	mutex_lock(&h->m);
	ret = h_wait(h);
	if (!ret)
		h->cmd = NULL;
	mutex_unlock(&h->m);
	return ret;
}
