// correct
#include <linux/spinlock.h>

#define SLOTS 8
struct slot { spinlock_t lock; int busy; struct slot *next; };

/* A walk that breaks off holds the lock; one that ends does not. */
int slot_claim(struct slot *s)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (!s->busy) {
			spin_lock(&s->lock);
			if (!s->busy)
				break;
			spin_unlock(&s->lock);
		}
		s++;
	}
	if (i == SLOTS)
		return -1;
	s->busy = 1;
	spin_unlock(&s->lock);
	return i;
}

int slot_claim_downwards(struct slot *s)
{
	int left = SLOTS;

	while (left > 0) {
		spin_lock(&s->lock);
		if (!s->busy)
			break;
		spin_unlock(&s->lock);
		s = s->next;
		left--;
	}
	if (left <= 0)
		return -1;
	s->busy = 1;
	spin_unlock(&s->lock);
	return left;
}
