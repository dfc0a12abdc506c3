// correct
//- bus.h
struct bus { struct mutex lock; int n; };
int bus_lock(struct bus *b);
int bus_unlock(struct bus *b);
//- bus.c
#include "bus.h"
int bus_lock(struct bus *b)
{
	int ret = 0;

	mutex_lock(&b->lock);
	b->n = 1;
	return ret;
}
EXPORT_SYMBOL_GPL(bus_lock);
int bus_unlock(struct bus *b)
{
	b->n = 0;
	mutex_unlock(&b->lock);
	return 0;
}
EXPORT_SYMBOL_GPL(bus_unlock);
//- dev.c
#include "bus.h"
void dev_reset(struct bus *b)
{
	int ret;

	ret = bus_lock(b);
	if (ret < 0) {
		pr_warn("bus_lock failed: %d\n", ret);
		return;
	}
	b->n = 5;
	bus_unlock(b);
}
int dev_reset2(struct bus *b)
{
	if (bus_lock(b) != 0)
		return -EBUSY;
	b->n = 5;
	return bus_unlock(b);
}
