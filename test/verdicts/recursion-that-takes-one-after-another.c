// correct
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

/*
 * end_status() releases the lock of the device before it recurs. What the recursion does has no end that the code
 * shows: report() takes one mutex after another, and release_chain() gives all of them back.
 */
struct node {
	struct mutex lock;
	struct node *up;
};

struct device_state {
	spinlock_t status_lock;
	int status;
};

static void report(struct device_state *d, struct node *n);

static void end_status(struct device_state *d, struct node *n)
{
	spin_unlock(&d->status_lock);
	if (n)
		report(d, n);
}

static void check_status(struct device_state *d, struct node *n)
{
	spin_lock(&d->status_lock);
	d->status++;
	end_status(d, n);
}

static void report(struct device_state *d, struct node *n)
{
	mutex_lock(&n->lock);
	check_status(d, n->up);
}

static void release_chain(struct node *n)
{
	if (!n)
		return;
	release_chain(n->up);
	mutex_unlock(&n->lock);
}

void poll_status(struct device_state *d, struct node *n)
{
	check_status(d, n);
	msleep(1);
	release_chain(n);
}
