// correct
// The iterator releases the lock of the element before, or of the last one when it is stopped. It is without a lock when it
// returns NULL.
struct task {
	raw_spinlock_t pi_lock;
	int state;
	struct task *next;
};

struct iter {
	struct task *pos;
	struct task *locked;
	unsigned long flags;
};

static void iter_unlock(struct iter *it)
{
	if (it->locked) {
		raw_spin_unlock_irqrestore(&it->locked->pi_lock, it->flags);
		it->locked = NULL;
	}
}

static struct task *iter_next(struct iter *it)
{
	if (!it->pos)
		return NULL;
	it->pos = it->pos->next;
	return it->pos;
}

static struct task *iter_next_locked(struct iter *it)
{
	struct task *p;

	iter_unlock(it);
	while ((p = iter_next(it))) {
		if (p->state == 3)
			continue;
		raw_spin_lock_irqsave(&p->pi_lock, it->flags);
		it->locked = p;
		if (p->state == 4) {
			iter_unlock(it);
			continue;
		}
		return p;
	}
	return NULL;
}

static void iter_stop(struct iter *it)
{
	iter_unlock(it);
}

int tasks_disable(struct task *first)
{
	struct iter it = { .pos = first };
	struct task *p;

	while ((p = iter_next_locked(&it)))
		p->state = 5;
	iter_stop(&it);
	cpus_read_lock();
	first->state = 6;
	cpus_read_unlock();
	return 0;
}
