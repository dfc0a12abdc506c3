// a mistake: missing-unlock
#include <linux/spinlock.h>

#define SLOTS 8
struct slot { spinlock_t lock; int busy; };

int slot_claim(struct slot *s)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		spin_lock(&s->lock);
		if (!s->busy)
			break;
		spin_unlock(&s->lock);
		s++;
	}
	/* The last slot is found, too, but not released. */
	if (i >= SLOTS - 1)
		return -1;
	s->busy = 1;
	spin_unlock(&s->lock);
	return i;
}
