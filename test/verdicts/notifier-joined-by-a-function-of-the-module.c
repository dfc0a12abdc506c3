// a mistake: wait-deadlock
static SRCU_NOTIFIER_HEAD_STATIC(rate_chain);
struct rate { struct mutex lock; struct notifier_block nb; unsigned long hz; };
static int rate_join(struct notifier_block *nb)
{
	return srcu_notifier_chain_register(&rate_chain, nb);
}
static void rate_leave(struct notifier_block *nb)
{
	srcu_notifier_chain_unregister(&rate_chain, nb);
}
static int rate_told(struct notifier_block *nb, unsigned long hz, void *unused)
{
	struct rate *r = container_of(nb, struct rate, nb);

	mutex_lock(&r->lock);
	r->hz = hz;
	mutex_unlock(&r->lock);
	return NOTIFY_OK;
}
void rate_changed(unsigned long hz)
{
	srcu_notifier_call_chain(&rate_chain, hz, NULL);
}
int rate_start(struct rate *r)
{
	r->nb.notifier_call = rate_told;
	return rate_join(&r->nb);
}
void rate_stop(struct rate *r)
{
	mutex_lock(&r->lock);
	rate_leave(&r->nb);
	mutex_unlock(&r->lock);
}
