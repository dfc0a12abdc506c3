// a mistake: sleep-in-atomic
// One of the tables that sleep leaves out the member that says so.
//- bus.h
struct chip;

struct bus_ops {
	bool may_sleep;
	int (*read)(struct chip *c, u32 reg);
};

struct chip {
	spinlock_t lock;
	struct mutex bus;
	struct work_struct work;
	const struct bus_ops *ops;
};

//- slow.c
#include "bus.h"
static int slow_read(struct chip *c, u32 reg)
{
	mutex_lock(&c->bus);
	reg++;
	mutex_unlock(&c->bus);
	return reg;
}

const struct bus_ops slow_ops = {
	.may_sleep = true,
	.read = slow_read,
};

const struct bus_ops old_slow_ops = {
	.read = slow_read,
};

//- chip.c
#include "bus.h"
int chip_status(struct chip *c)
{
	int r;

	spin_lock(&c->lock);
	if (c->ops->may_sleep)
		r = schedule_work(&c->work);
	else
		r = c->ops->read(c, 3);
	spin_unlock(&c->lock);
	return r;
}
