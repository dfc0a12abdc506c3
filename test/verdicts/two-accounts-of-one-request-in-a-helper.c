// a mistake: lock-order-cycle
struct slot { spinlock_t lock; long tokens; };
struct bank { struct slot *slots; unsigned int nr; };
struct move { unsigned int from; unsigned int to; long amount; };
static struct slot *slot_of(struct bank *b, unsigned int id)
{
	return id < b->nr ? &b->slots[id] : NULL;
}
static spinlock_t *lock_of(struct bank *b, unsigned int id)
{
	return &slot_of(b, id)->lock;
}
static void receive(struct bank *b, unsigned int to, long amount)
{
	spinlock_t *lock = lock_of(b, to);

	spin_lock_nested(lock, SINGLE_DEPTH_NESTING);
	slot_of(b, to)->tokens += amount;
	spin_unlock(lock);
}
int bank_move(struct bank *b, const struct move *m)
{
	spinlock_t *lock;

	if (m->from == m->to)
		return -EINVAL;
	lock = lock_of(b, m->from);
	spin_lock(lock);
	slot_of(b, m->from)->tokens -= m->amount;
	receive(b, m->to, m->amount);
	spin_unlock(lock);
	return 0;
}
