// correct
#include <linux/delay.h>
#include <linux/spinlock.h>

/*
 * end_status() releases the lock before it recurs with report(). What ends the recursion is in a function that is not
 * here, and ends the thread.
 */
struct device_state {
	spinlock_t status_lock;
	int status;
};

void leave_if_last(struct device_state *d);

static void report(struct device_state *d);

static void end_status(struct device_state *d)
{
	spin_unlock(&d->status_lock);
	leave_if_last(d);
	report(d);
}

static void report(struct device_state *d)
{
	spin_lock(&d->status_lock);
	d->status++;
	end_status(d);
}

void poll_status(struct device_state *d)
{
	report(d);
	msleep(1);
}
