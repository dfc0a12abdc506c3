// correct
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

/*
 * Some of the elements were pinned when they were queued, by code that is not here; unpin() gives back what that code
 * has switched off. drain() releases the lock first, on every path.
 */
struct element {
	spinlock_t lock;
	int pinned, quiet;
};

struct pipe {
	spinlock_t lock;
	struct element *first, *second;
};

static void unpin(struct element *e)
{
	spin_lock(&e->lock);
	e->pinned--;
	spin_unlock(&e->lock);
	if (e->pinned)
		preempt_enable();
	if (e->quiet)
		local_bh_enable();
}

static void drain(struct pipe *p)
{
	spin_unlock(&p->lock);
	unpin(p->first);
	unpin(p->second);
}

void close_pipe(struct pipe *p)
{
	spin_lock(&p->lock);
	drain(p);
	msleep(1);
}
