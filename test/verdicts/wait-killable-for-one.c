// a mistake: wait-deadlock
struct pool { struct mutex lock; wait_queue_head_t free; int left; };
int pool_get(struct pool *p)
{
	int ret;

	mutex_lock(&p->lock);
	ret = wait_event_killable_exclusive(p->free, p->left > 0);
	if (!ret)
		p->left--;
	mutex_unlock(&p->lock);
	return ret;
}
EXPORT_SYMBOL(pool_get);
void pool_put(struct pool *p)
{
	mutex_lock(&p->lock);
	p->left++;
	wake_up(&p->free);
	mutex_unlock(&p->lock);
}
EXPORT_SYMBOL(pool_put);
