// correct
// The callback of a client counts under a lock of its own.
struct client { int interest; struct notifier_block block; };
static DEFINE_MUTEX(slots_lock);
static DEFINE_MUTEX(seen_lock);
static BLOCKING_NOTIFIER_HEAD(slot_chain);
static int slots_used, seen;

static int client_event(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&seen_lock);
	seen++;
	mutex_unlock(&seen_lock);
	return NOTIFY_OK;
}

static struct client only = { .interest = 1, .block.notifier_call = client_event };

int slot_open(struct client *c)
{
	int ret;

	mutex_lock(&slots_lock);
	ret = blocking_notifier_chain_register(&slot_chain, &c->block);
	if (!ret)
		slots_used++;
	mutex_unlock(&slots_lock);
	return ret;
}

int slot_open_only(void)
{
	return slot_open(&only);
}
