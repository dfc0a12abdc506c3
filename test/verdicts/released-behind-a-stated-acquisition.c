// correct
// The condition of the wait takes the lock where it finds a slot, and the source says so.
struct slots { spinlock_t lock; wait_queue_head_t wait; int used; };
static int slots_find_and_lock(struct slots *s)
{
	spin_lock(&s->lock);
	if (s->used < 4)
		return s->used;
	spin_unlock(&s->lock);
	return -EAGAIN;
}
static int slots_wait(struct slots *s, int *slot)
{
	return wait_event_interruptible(s->wait, (*slot = slots_find_and_lock(s)) != -EAGAIN);
}
int slots_get(struct slots *s, int nonblocking)
{
	int slot, err;

	spin_lock(&s->lock);
	slot = s->used < 4 ? s->used : -EAGAIN;
	if (slot < 0) {
		if (nonblocking)
			goto out;
		spin_unlock(&s->lock);
		err = slots_wait(s, &slot);
		if (err)
			return err;
		__acquire(&s->lock);
	}
	s->used++;
out:
	spin_unlock(&s->lock);
	return slot;
}
EXPORT_SYMBOL(slots_get);
