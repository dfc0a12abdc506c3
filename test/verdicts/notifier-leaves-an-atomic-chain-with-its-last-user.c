// a mistake: wait-deadlock, self-deadlock
static ATOMIC_NOTIFIER_HEAD(links);
struct listener { struct notifier_block nb; struct completion done; unsigned long wanted; int users; };

static void listener_disarm(struct listener *l)
{
	if (l->users == 1) {
		atomic_notifier_chain_unregister(&links, &l->nb);
		l->users--;
	}
}

static int listener_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct listener *l = container_of(nb, struct listener, nb);

	if (event != l->wanted)
		return NOTIFY_DONE;
	listener_disarm(l);
	complete(&l->done);
	return NOTIFY_OK;
}

int listener_wait(struct listener *l, unsigned long event)
{
	int ret;

	l->nb.notifier_call = listener_event;
	l->wanted = event;
	l->users = 1;
	init_completion(&l->done);
	ret = atomic_notifier_chain_register(&links, &l->nb);
	if (ret)
		return ret;
	wait_for_completion(&l->done);
	return 0;
}
EXPORT_SYMBOL(listener_wait);

void link_event(unsigned long event)
{
	atomic_notifier_call_chain(&links, event, NULL);
}
EXPORT_SYMBOL(link_event);
