// a mistake: wait-deadlock, self-deadlock
static BLOCKING_NOTIFIER_HEAD(chain);
struct dev { struct notifier_block nb; int gone; };
static int on_event(struct notifier_block *nb, unsigned long ev, void *p)
{
	struct dev *d = container_of(nb, struct dev, nb);

	d->gone = 1;
	blocking_notifier_chain_unregister(&chain, nb);
	return NOTIFY_OK;
}
void fire(unsigned long ev)
{
	blocking_notifier_call_chain(&chain, ev, NULL);
}
EXPORT_SYMBOL(fire);
int attach(struct dev *d)
{
	d->nb.notifier_call = on_event;
	return blocking_notifier_chain_register(&chain, &d->nb);
}
EXPORT_SYMBOL(attach);
