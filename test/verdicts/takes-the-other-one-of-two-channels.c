// a mistake: lock-order-cycle
#include <linux/mutex.h>
#include <linux/spinlock.h>

enum side { LEFT, RIGHT, SIDES };

struct lane {
	spinlock_t lock;
	unsigned int credits;
};

struct bridge {
	struct lane lane[SIDES];
};

static inline int across(int side)
{
	return side != RIGHT ? RIGHT : LEFT;
}

/* Two tasks that lend in opposite directions each hold the lane that the other one wants. */
int bridge_lend(struct bridge *b, int side, unsigned int n)
{
	struct lane *from = &b->lane[side], *to;

	spin_lock(&from->lock);
	to = &b->lane[across(side)];
	spin_lock(&to->lock);
	from->credits -= n;
	to->credits += n;
	spin_unlock(&to->lock);
	spin_unlock(&from->lock);
	return 0;
}
