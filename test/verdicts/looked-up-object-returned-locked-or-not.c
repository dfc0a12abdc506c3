// a mistake: missing-unlock
// A dead peer is reported as an error with its lock held: the caller has no pointer to release it by.
struct peer { spinlock_t lock; struct hlist_node node; int id; int dead; int refs; };
static struct hlist_head peers[64];
static struct peer *peer_find(int id)
{
	struct peer *p;

	hlist_for_each_entry(p, &peers[id % 64], node)
		if (p->id == id)
			return p;
	return NULL;
}

static struct peer *peer_lock(int id)
{
	struct peer *p = peer_find(id);

	if (p == NULL)
		return NULL;
	spin_lock(&p->lock);
	if (p->dead)
		return NULL;
	p->refs++;
	return p;
}

int peer_refs(int id)
{
	struct peer *p = peer_lock(id);
	int refs;

	if (!p)
		return -ENOENT;
	refs = p->refs;
	spin_unlock(&p->lock);
	return refs;
}
