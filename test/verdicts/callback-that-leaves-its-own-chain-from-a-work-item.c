// correct
struct trap { struct notifier_block nb; int port; int hits; struct work_struct leave; };
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
static void trap_leave(struct work_struct *work)
{
	struct trap *t = container_of(work, struct trap, leave);

	link_unlisten(&t->nb);
}
static int trap_call(struct notifier_block *nb, unsigned long event, void *data)
{
	struct trap *t = container_of(nb, struct trap, nb);

	if (*(int *)data != t->port)
		return NOTIFY_DONE;
	if (event == 2)
		schedule_work(&t->leave);
	return NOTIFY_OK;
}
int trap_init(void)
{
	INIT_WORK(&uplink.leave, trap_leave);
	uplink.nb.notifier_call = trap_call;
	return link_listen(&uplink.nb);
}
