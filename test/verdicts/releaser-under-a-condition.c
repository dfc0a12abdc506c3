// correct
//- include/linux/attach.h
#ifndef ATTACH_H
#define ATTACH_H
struct owner { spinlock_t lock; int attached; };
#ifdef CONFIG_ATTACH
void attach_and_unlock(struct owner *o);
static inline void attach(struct owner *o)
{
	spin_lock(&o->lock);
	attach_and_unlock(o);
}
#else
static inline void attach_and_unlock(struct owner *o)
{
	spin_unlock(&o->lock);
}
static inline void attach(struct owner *o)
{
}
#endif
#endif
//- core/attach.c
#include <linux/attach.h>
#ifdef CONFIG_ATTACH
void attach_and_unlock(struct owner *o)
{
	if (!o->attached) {
		spin_unlock(&o->lock);
		return;
	}
	o->attached = 1;
	spin_unlock(&o->lock);
}
#endif
//- driver/write.c
#include <linux/attach.h>
int driver_write(struct owner *o)
{
	attach(o);
	msleep(20);
	return 0;
}
