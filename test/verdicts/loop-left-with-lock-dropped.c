// a mistake: unbalanced-unlock
struct host { spinlock_t lock; struct mutex m; void *cmd; int n; };

/* Drops the mutex unless it returns true. */
static bool h_retake(struct host *h)
{
	mutex_unlock(&h->m);
	schedule_timeout_uninterruptible(HZ);
	if (h->n < 0)
		return false;
	mutex_lock(&h->m);
	return true;
}
int h_drain(struct host *h)
{
	int ret = 0;
	mutex_lock(&h->m);
	while (h->n) {
		if (!h_retake(h)) {
			ret = -ENODEV;
			break;
		}
	}
	mutex_unlock(&h->m);
	return ret;
}
