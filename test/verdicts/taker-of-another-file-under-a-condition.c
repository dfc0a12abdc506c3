// a mistake: self-deadlock
//- core/bus.h
struct bus { struct mutex lock; int n; };
void bus_count(struct bus *b);
//- core/bus.c
#include "bus.h"
#ifdef CONFIG_BUS
void bus_count(struct bus *b)
{
	mutex_lock(&b->lock);
	b->n++;
	mutex_unlock(&b->lock);
}
#endif
//- core/user.c
#include "bus.h"
void bus_use(struct bus *b)
{
	mutex_lock(&b->lock);
	bus_count(b);
	mutex_unlock(&b->lock);
}
