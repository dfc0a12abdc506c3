// correct
//- core/bus.h
struct bus { struct mutex lock; };
void bus_put(struct bus *b);
//- core/bus.c
#include "bus.h"
#if defined(CONFIG_BUS) && !defined(CONFIG_BUS_SIMPLE)
void bus_put(struct bus *b)
{
	mutex_unlock(&b->lock);
}
#endif
//- core/user.c
#include "bus.h"
int bus_use(struct bus *b, int n)
{
	mutex_lock(&b->lock);
	if (n < 0) {
		bus_put(b);
		return -EINVAL;
	}
	mutex_unlock(&b->lock);
	return n;
}
