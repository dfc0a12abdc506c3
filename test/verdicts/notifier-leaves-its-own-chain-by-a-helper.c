// a mistake: wait-deadlock, self-deadlock
static struct srcu_notifier_head chain;
struct dev { struct notifier_block nb; int gone; };
static void dev_drop(struct dev *d)
{
	d->gone = 1;
	srcu_notifier_chain_unregister(&chain, &d->nb);
}
static int on_event(struct notifier_block *nb, unsigned long ev, void *p)
{
	struct dev *d = container_of(nb, struct dev, nb);

	if (ev == 3)
		dev_drop(d);
	return NOTIFY_OK;
}
void fire(unsigned long ev)
{
	srcu_notifier_call_chain(&chain, ev, NULL);
}
EXPORT_SYMBOL(fire);
int attach(struct dev *d)
{
	d->nb.notifier_call = on_event;
	return srcu_notifier_chain_register(&chain, &d->nb);
}
EXPORT_SYMBOL(attach);
