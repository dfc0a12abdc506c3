// a mistake: wait-deadlock
struct trap { struct notifier_block nb; int port; int hits; };
static BLOCKING_NOTIFIER_HEAD(link_chain);
int link_listen(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&link_chain, nb);
}
int link_unlisten(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&link_chain, nb);
}
void link_tell(unsigned long event, int port)
{
	blocking_notifier_call_chain(&link_chain, event, &port);
}
static struct trap uplink;
static void trap_disarm(struct trap *t)
{
	if (t->hits >= 0)
		link_unlisten(&t->nb);
	t->hits = -1;
}
static void trap_count(struct trap *t, unsigned long event)
{
	switch (event) {
	case 1:
		t->hits++;
		break;
	case 2:
		trap_disarm(t);
		break;
	}
}
static int trap_call(struct notifier_block *nb, unsigned long event, void *data)
{
	struct trap *t = container_of(nb, struct trap, nb);

	if (*(int *)data != t->port)
		return NOTIFY_DONE;
	trap_count(t, event);
	return NOTIFY_OK;
}
int trap_init(void)
{
	uplink.nb.notifier_call = trap_call;
	return link_listen(&uplink.nb);
}
