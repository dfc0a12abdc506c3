// a mistake: annotation-mismatch
// The work and the attribute reach the assertion through functions that other files of the module call, too.
//- heater.h
struct heater {
	struct mutex lock;
	struct delayed_work guard;
	struct device *dev;
	int power;
};

void heater_set(struct heater *h, int power);
void heater_cool(struct heater *h);
void heater_start(struct heater *h);

//- hardware.c
#include "heater.h"

static void heater_latch(struct heater *h)
{
	lockdep_assert_held(&h->lock);
	h->power |= 1;
}

void heater_set(struct heater *h, int power)
{
	h->power = power;
	heater_latch(h);
}

//- control.c
#include "heater.h"

static void heater_apply(struct heater *h, int power)
{
	heater_set(h, power);
}

void heater_store(struct heater *h, int power)
{
	mutex_lock(&h->lock);
	heater_apply(h, power);
	mutex_unlock(&h->lock);
}

void heater_cool(struct heater *h)
{
	heater_apply(h, 0);
}

//- guard.c
#include "heater.h"

static void heater_guard(struct work_struct *work)
{
	struct heater *h = container_of(to_delayed_work(work), struct heater, guard);

	heater_cool(h);
}

void heater_start(struct heater *h)
{
	mutex_init(&h->lock);
	INIT_DELAYED_WORK(&h->guard, heater_guard);
	schedule_delayed_work(&h->guard, 10);
}
