// a mistake: unbalanced-unlock
struct slots { spinlock_t lock; wait_queue_head_t wait; int used; };
int slots_get(struct slots *s, int nonblocking)
{
	int slot, err;

	spin_lock(&s->lock);
	slot = s->used < 4 ? s->used : -EAGAIN;
	if (slot < 0) {
		if (nonblocking)
			goto out;
		spin_unlock(&s->lock);
		err = wait_event_interruptible(s->wait, s->used < 4);
		if (err)
			return err;
	}
	s->used++;
out:
	spin_unlock(&s->lock);
	return slot;
}
EXPORT_SYMBOL(slots_get);
