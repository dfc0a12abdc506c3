// correct
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

/* The left lane comes first, whichever one lends. */
int bridge_lend(struct bridge *b, int side, unsigned int n)
{
	int other = side == LEFT ? RIGHT : LEFT;

	if (side == LEFT) {
		spin_lock(&b->lane[side].lock);
		spin_lock_nested(&b->lane[other].lock, SINGLE_DEPTH_NESTING);
	} else {
		spin_lock(&b->lane[other].lock);
		spin_lock_nested(&b->lane[side].lock, SINGLE_DEPTH_NESTING);
	}
	b->lane[side].credits -= n;
	b->lane[other].credits += n;
	spin_unlock(&b->lane[other].lock);
	spin_unlock(&b->lane[side].lock);
	return 0;
}

/* The mode of the reader is the other one of two, and decides which lock is taken and released. */
int bridge_read(struct bridge *b, struct mutex *slow, struct mutex *fast, int fast_side)
{
	int mode = fast_side == RIGHT ? LEFT : RIGHT;

	if (mode == LEFT)
		mutex_lock(fast);
	else
		mutex_lock(slow);
	b->lane[LEFT].credits++;
	if (fast_side == RIGHT)
		mutex_unlock(fast);
	else
		mutex_unlock(slow);
	return 0;
}
