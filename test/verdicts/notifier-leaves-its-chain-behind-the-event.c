// correct
static BLOCKING_NOTIFIER_HEAD(links);
struct listener { struct notifier_block nb; struct completion done; unsigned long wanted; bool armed; };

static void listener_disarm(struct listener *l)
{
	if (l->armed) {
		blocking_notifier_chain_unregister(&links, &l->nb);
		l->armed = false;
	}
}

static int listener_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct listener *l = container_of(nb, struct listener, nb);

	if (event != l->wanted)
		return NOTIFY_DONE;
	complete(&l->done);
	return NOTIFY_OK;
}

int listener_wait(struct listener *l, unsigned long event)
{
	int ret;

	l->nb.notifier_call = listener_event;
	l->wanted = event;
	l->armed = true;
	init_completion(&l->done);
	ret = blocking_notifier_chain_register(&links, &l->nb);
	if (ret)
		return ret;
	wait_for_completion(&l->done);
	listener_disarm(l);
	return 0;
}
EXPORT_SYMBOL(listener_wait);

void link_event(unsigned long event)
{
	blocking_notifier_call_chain(&links, event, NULL);
}
EXPORT_SYMBOL(link_event);
