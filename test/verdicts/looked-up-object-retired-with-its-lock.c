// correct
// The reaper gets a retired peer with its lock held, and releases it.
struct peer { spinlock_t lock; struct list_head node; int id; int dead; };
static struct peer *current_peer;
struct peer *peer_find(int id);
void peer_reap_locked(struct peer *p);

static struct peer *peer_lock(int id)
{
	struct peer *p = peer_find(id);

	if (p == NULL)
		return NULL;
	spin_lock(&p->lock);
	if (p->dead) {
		peer_reap_locked(p);
		return NULL;
	}
	return p;
}

static struct peer *peer_lock_for_reaper(int id)
{
	struct peer *p = peer_find(id);

	if (p == NULL)
		return NULL;
	spin_lock(&p->lock);
	if (p->dead) {
		current_peer = p;
		return NULL;
	}
	return p;
}

void peer_reap_current(void)
{
	spin_unlock(&current_peer->lock);
}

int peer_id(int id)
{
	struct peer *p = id & 1 ? peer_lock(id) : peer_lock_for_reaper(id);

	if (!p)
		return -ENOENT;
	id = p->id;
	spin_unlock(&p->lock);
	return id;
}
