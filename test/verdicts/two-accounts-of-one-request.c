// a mistake: lock-order-cycle
struct slot { spinlock_t lock; long tokens; };
struct bank { struct slot *slots; unsigned int nr; };
struct move { unsigned int from; unsigned int to; long amount; };
int bank_move(struct bank *b, const struct move *m)
{
	if (m->from == m->to)
		return -EINVAL;
	spin_lock(&b->slots[m->from].lock);
	spin_lock_nested(&b->slots[m->to].lock, SINGLE_DEPTH_NESTING);
	b->slots[m->from].tokens -= m->amount;
	b->slots[m->to].tokens += m->amount;
	spin_unlock(&b->slots[m->to].lock);
	spin_unlock(&b->slots[m->from].lock);
	return 0;
}
