// a mistake: wait-deadlock
struct chan { struct mutex lock; struct delayed_work poll; int n; };
static void chan_poll(struct work_struct *work)
{
	struct chan *c = container_of(work, struct chan, poll.work);

	mutex_lock(&c->lock);
	c->n++;
	mutex_unlock(&c->lock);
	schedule_delayed_work(&c->poll, HZ);
}
int chan_open(struct chan *c)
{
	mutex_init(&c->lock);
	INIT_DELAYED_WORK(&c->poll, chan_poll);
	schedule_delayed_work(&c->poll, HZ);
	return 0;
}
EXPORT_SYMBOL(chan_open);
void chan_close(struct chan *c)
{
	mutex_lock_nested(&c->lock, 1);
	cancel_delayed_work_sync(&c->poll);
	mutex_unlock(&c->lock);
}
EXPORT_SYMBOL(chan_close);
