// a mistake: missing-unlock
struct hub { raw_spinlock_t lock; int seen; int owner; };
int hub_check(struct hub *h, int cpu)
{
	if (!raw_spin_trylock(&h->lock))
		return -EBUSY;
	if (h->owner >= 0)
		return -EALREADY;
	h->owner = cpu;
	raw_spin_unlock(&h->lock);
	return 0;
}
EXPORT_SYMBOL(hub_check);
void hub_clear(struct hub *h, int cpu)
{
	if (h->owner == cpu) {
		h->owner = -1;
		raw_spin_unlock(&h->lock);
	}
}
EXPORT_SYMBOL(hub_clear);
