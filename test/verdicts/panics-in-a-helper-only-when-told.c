// a mistake: missing-unlock
#include <linux/spinlock.h>
#include <linux/kernel.h>

static DEFINE_SPINLOCK(watch_lock);
static int watch_left;
static int watch_panics;

static void watch_barked(struct device *dev, const char *why)
{
	dev_emerg(dev, "%s, %d left\n", why, watch_left);
	if (watch_panics)
		panic("watchdog: %s\n", why);
}

int watch_kick(struct device *dev, int ticks)
{
	spin_lock(&watch_lock);
	if (watch_left <= 0) {
		watch_barked(dev, "late");
		return -EIO;
	}
	watch_left = ticks;
	spin_unlock(&watch_lock);
	return 0;
}
