// correct
static BLOCKING_NOTIFIER_HEAD(chain_a);
static BLOCKING_NOTIFIER_HEAD(chain_b);
struct dev { struct notifier_block nb, nb2; int gone; };
static int on_b(struct notifier_block *nb, unsigned long ev, void *p)
{
	return NOTIFY_OK;
}
static int on_event(struct notifier_block *nb, unsigned long ev, void *p)
{
	struct dev *d = container_of(nb, struct dev, nb);

	d->nb2.notifier_call = on_b;
	blocking_notifier_chain_register(&chain_b, &d->nb2);
	return NOTIFY_OK;
}
void fire(unsigned long ev)
{
	blocking_notifier_call_chain(&chain_a, ev, NULL);
	blocking_notifier_call_chain(&chain_b, ev, NULL);
}
EXPORT_SYMBOL(fire);
int attach(struct dev *d)
{
	d->nb.notifier_call = on_event;
	return blocking_notifier_chain_register(&chain_a, &d->nb);
}
EXPORT_SYMBOL(attach);
