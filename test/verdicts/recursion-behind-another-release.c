// a mistake: sleep-in-atomic
#include <linux/delay.h>
#include <linux/spinlock.h>

/*
 * As recursion-behind-a-release.c, but poll_status() also holds a lock that the recursion leaves alone.
 */
struct device_state {
	spinlock_t status_lock, poll_lock;
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
	spin_lock(&d->poll_lock);
	report(d);
	msleep(1);
	spin_unlock(&d->poll_lock);
}
