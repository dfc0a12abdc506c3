// correct
//- drivers/loom/loom.h
struct loom;
struct loom_ops { void (*stop)(struct loom *l, int why); };
struct loom { spinlock_t threads; struct list_head node; const struct loom_ops *ops; int speed; };
void looms_broken(struct loom *l);
extern const struct loom_ops fast_loom;
//- drivers/loom/registry.c
#include "loom.h"
static LIST_HEAD(looms);
static DEFINE_SPINLOCK(looms_lock);
static int broken;

static void count_broken(struct loom *l)
{
	spin_lock(&looms_lock);
	broken++;
	spin_unlock(&looms_lock);
}

void looms_broken(struct loom *l)
{
	if (l->speed == 0)
		return;
	count_broken(l);
}

static void loom_stop(struct loom *l)
{
	l->ops->stop(l, 1);
}

void looms_stop(void)
{
	struct loom *l;

	spin_lock(&looms_lock);
	list_for_each_entry(l, &looms, node)
		loom_stop(l);
	spin_unlock(&looms_lock);
}
EXPORT_SYMBOL(looms_stop);

void loom_add(struct loom *l)
{
	l->ops = &fast_loom;
	spin_lock(&looms_lock);
	list_add(&l->node, &looms);
	spin_unlock(&looms_lock);
}
EXPORT_SYMBOL(loom_add);
//- drivers/loom/fast.c
#include "loom.h"
static void fast_stop(struct loom *l, int why)
{
	spin_lock(&l->threads);
	l->speed = -why;
	spin_unlock(&l->threads);
}

const struct loom_ops fast_loom = { .stop = fast_stop };

static void fast_report(struct loom *l)
{
	looms_broken(l);
}

void fast_check(struct loom *l)
{
	int speed;

	spin_lock(&l->threads);
	speed = l->speed;
	spin_unlock(&l->threads);
	if (speed > 100)
		fast_report(l);
}
EXPORT_SYMBOL(fast_check);
