// a mistake: lock-order-cycle
#include <linux/mutex.h>

enum { PRIMARY = 1, SECONDARY };

struct leg {
	struct mutex lock;
	unsigned long written;
};

struct mirror {
	struct leg legs[3];
};

void mirror_copy(struct mirror *m, unsigned int which)
{
	struct leg *src = &m->legs[which];
	struct leg *dst = &m->legs[(which == PRIMARY) ? SECONDARY : PRIMARY];

	mutex_lock(&src->lock);
	mutex_lock_nested(&dst->lock, SINGLE_DEPTH_NESTING);
	dst->written = src->written;
	mutex_unlock(&dst->lock);
	mutex_unlock(&src->lock);
}
