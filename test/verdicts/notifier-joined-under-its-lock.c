// a mistake: wait-deadlock
static BLOCKING_NOTIFIER_HEAD(chain);
struct dev { struct mutex lock; struct notifier_block nb; int level; };
static int on_event(struct notifier_block *nb, unsigned long ev, void *p)
{
	struct dev *d = container_of(nb, struct dev, nb);

	mutex_lock(&d->lock);
	d->level = ev;
	mutex_unlock(&d->lock);
	return NOTIFY_OK;
}
void event(unsigned long v)
{
	blocking_notifier_call_chain(&chain, v, NULL);
}
EXPORT_SYMBOL(event);
int dev_start(struct dev *d)
{
	int ret;

	mutex_lock(&d->lock);
	d->nb.notifier_call = on_event;
	ret = blocking_notifier_chain_register(&chain, &d->nb);
	mutex_unlock(&d->lock);
	return ret;
}
EXPORT_SYMBOL(dev_start);
