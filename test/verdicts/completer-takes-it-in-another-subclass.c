// a mistake: wait-deadlock
struct hw { struct mutex lock; struct completion done; struct work_struct work; int n; };
static void hw_work(struct work_struct *work)
{
	struct hw *h = container_of(work, struct hw, work);

	mutex_lock_nested(&h->lock, 1);
	h->n++;
	mutex_unlock(&h->lock);
	complete(&h->done);
}
void hw_init(struct hw *h)
{
	mutex_init(&h->lock);
	init_completion(&h->done);
	INIT_WORK(&h->work, hw_work);
}
EXPORT_SYMBOL(hw_init);
void hw_flush(struct hw *h)
{
	mutex_lock(&h->lock);
	reinit_completion(&h->done);
	schedule_work(&h->work);
	wait_for_completion(&h->done);
	mutex_unlock(&h->lock);
}
EXPORT_SYMBOL(hw_flush);
