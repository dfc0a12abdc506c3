// a mistake: missing-unlock
struct slot { int used; int len; };
struct ring { spinlock_t lock; struct slot slots[8]; unsigned int next; bool up; };

static struct slot *ring_reserve(struct ring *r, int len)
{
	struct slot *s;

	spin_lock_bh(&r->lock);
	if (!r->up)
		goto fail;
	s = &r->slots[r->next % 8];
	if (s->used)
		return NULL;
	s->len = len;
	return s;
fail:
	spin_unlock_bh(&r->lock);
	return NULL;
}

static void ring_commit(struct ring *r)
{
	r->next++;
	spin_unlock_bh(&r->lock);
}

int ring_send(struct ring *r, int len)
{
	if (!ring_reserve(r, len))
		return -EBUSY;
	ring_commit(r);
	return 0;
}
