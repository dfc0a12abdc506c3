// correct
static BLOCKING_NOTIFIER_HEAD(chain);
struct dev { struct notifier_block nb; struct work_struct work; };
static void dev_leave(struct work_struct *w)
{
	struct dev *d = container_of(w, struct dev, work);

	blocking_notifier_chain_unregister(&chain, &d->nb);
}
static int on_event(struct notifier_block *nb, unsigned long ev, void *p)
{
	struct dev *d = container_of(nb, struct dev, nb);

	schedule_work(&d->work);
	return NOTIFY_OK;
}
void fire(unsigned long ev)
{
	blocking_notifier_call_chain(&chain, ev, NULL);
}
EXPORT_SYMBOL(fire);
int attach(struct dev *d)
{
	INIT_WORK(&d->work, dev_leave);
	d->nb.notifier_call = on_event;
	return blocking_notifier_chain_register(&chain, &d->nb);
}
EXPORT_SYMBOL(attach);
