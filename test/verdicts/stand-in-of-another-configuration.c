// correct
//- core/bus.h
struct bus { struct mutex lock; int n; };
#ifdef CONFIG_BUS
void bus_wait(struct bus *b);
#else
static inline void bus_wait(struct bus *b)
{
	mutex_lock(&b->lock);
	b->n++;
	mutex_unlock(&b->lock);
}
#endif
//- core/user.c
#include "bus.h"
#ifdef CONFIG_BUS
void bus_use(struct bus *b)
{
	mutex_lock(&b->lock);
	bus_wait(b);
	mutex_unlock(&b->lock);
}
#endif
