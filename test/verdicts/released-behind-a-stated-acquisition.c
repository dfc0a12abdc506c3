// correct
// The condition of the wait takes the lock where it finds a slot, and the source says so.
struct slots { spinlock_t lock; wait_queue_head_t wait; int used; };
static int slots_find(struct slots *s)
{
	int n;

	for (n = 0; n < 4; n++)
		if (!(s->used & (1 << n)))
			return n;
	return -EAGAIN;
}
static int slots_find_and_lock(struct slots *s)
{
	int n;

	spin_lock(&s->lock);
	n = slots_find(s);
	if (n < 0)
		spin_unlock(&s->lock);
	else
		__release(&s->lock);
	return n;
}
static int slots_wait(struct slots *s, int *slot)
{
	return wait_event_interruptible(s->wait, (*slot = slots_find_and_lock(s)) != -EAGAIN);
}
int slots_get(struct slots *s, int nonblocking)
{
	int slot, err;

	spin_lock(&s->lock);
	slot = slots_find(s);
	if (slot < 0) {
		if (nonblocking)
			goto out;
		spin_unlock(&s->lock);
		err = slots_wait(s, &slot);
		if (err)
			return err;
		__acquire(&s->lock);
	}
	s->used |= 1 << slot;
out:
	spin_unlock(&s->lock);
	return slot;
}
EXPORT_SYMBOL(slots_get);
