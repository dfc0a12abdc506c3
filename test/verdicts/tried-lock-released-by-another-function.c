// correct
// Who finds the event first owns the hub until hub_clear() has told the hardware.
struct hub { raw_spinlock_t lock; int seen; int owner; };
static int hub_test(struct hub *h)
{
	return readl(&h->seen);
}
int hub_check(struct hub *h, int cpu)
{
	int found = 0;

	do {
		if (raw_spin_trylock(&h->lock)) {
			if (hub_test(h) > 0) {
				h->owner = cpu;
				found = 1;
				break;
			}
			raw_spin_unlock(&h->lock);
		}
		found = h->owner >= 0;
	} while (0);
	return found;
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
