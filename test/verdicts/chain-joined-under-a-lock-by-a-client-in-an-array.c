// a mistake: wait-deadlock
// Each client of the table has a notifier block as a member. Joining waits for its callback, which takes the lock.
struct client { int interest; struct notifier_block block; int seen; };
static DEFINE_MUTEX(slots_lock);
static BLOCKING_NOTIFIER_HEAD(slot_chain);
static int slots_used;

static int slots_in_use(void)
{
	int used;

	mutex_lock(&slots_lock);
	used = slots_used;
	mutex_unlock(&slots_lock);
	return used;
}

static int client_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct client *c = container_of(nb, struct client, block);

	if (event == 1 && slots_in_use() > 0)
		c->seen++;
	return NOTIFY_OK;
}

static struct client clients[] = {
	{ .interest = 1, .block = { .notifier_call = client_event } },
	{ .interest = 2, .block.notifier_call = client_event },
};

int slot_open(int slot)
{
	int ret;

	mutex_lock(&slots_lock);
	ret = blocking_notifier_chain_register(&slot_chain, &clients[slot].block);
	if (!ret)
		slots_used++;
	mutex_unlock(&slots_lock);
	return ret;
}
