// correct
struct slot { spinlock_t lock; long tokens; };
struct bank { struct slot *slots; unsigned int nr; };
struct move { unsigned int from; unsigned int to; long amount; };
static void receive(struct bank *b, unsigned int to, long amount)
{
	spin_lock_nested(&b->slots[to].lock, SINGLE_DEPTH_NESTING);
	b->slots[to].tokens += amount;
	spin_unlock(&b->slots[to].lock);
}
int bank_lift(struct bank *b, const struct move *m)
{
	if (m->from >= m->to)
		return -EINVAL;
	spin_lock(&b->slots[m->from].lock);
	b->slots[m->from].tokens -= m->amount;
	receive(b, m->to, m->amount);
	spin_unlock(&b->slots[m->from].lock);
	return 0;
}
