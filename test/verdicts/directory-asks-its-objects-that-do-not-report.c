// correct
//- drivers/yard/yard.h
struct gate;
struct gate_ops { int (*swing)(struct gate *g); };
struct yard { struct mutex lock; struct list_head gates, node; int (*count)(struct yard *y); };
struct gate { struct mutex lock; struct list_head node; struct yard *yard; const struct gate_ops *ops; int angle; };
void directory_note(struct yard *y, int angle);
int directory_total(void);
struct gate *gate_new(struct yard *y);
//- drivers/yard/directory.c
#include "yard.h"
static LIST_HEAD(yards);
static DEFINE_MUTEX(directory_lock);
static int last_angle;

void directory_note(struct yard *y, int angle)
{
	mutex_lock(&directory_lock);
	if (!list_empty(&y->node))
		last_angle = angle;
	mutex_unlock(&directory_lock);
}

int directory_total(void)
{
	struct yard *y;
	int all = 0;

	mutex_lock(&directory_lock);
	list_for_each_entry(y, &yards, node)
		all += y->count(y);
	mutex_unlock(&directory_lock);
	return all;
}
EXPORT_SYMBOL(directory_total);
//- drivers/yard/gate.c
#include "yard.h"
static void gate_turned(struct gate *g)
{
	g->angle++;
	directory_note(g->yard, g->angle);
}

static int gate_swing(struct gate *g)
{
	int ret = 0;

	mutex_lock(&g->lock);
	if (g->angle < 0) {
		ret = -ENODEV;
		goto out;
	}
out:
	mutex_unlock(&g->lock);
	return ret;
}

static const struct gate_ops gate_ops = { .swing = gate_swing };

struct gate *gate_new(struct yard *y)
{
	struct gate *g = kzalloc(sizeof(*g), GFP_KERNEL);

	if (!g)
		return NULL;
	mutex_init(&g->lock);
	g->yard = y;
	g->ops = &gate_ops;
	return g;
}
//- drivers/yard/yard.c
#include "yard.h"
static int yard_count(struct yard *y)
{
	int n = 0;
	struct gate *g;

	mutex_lock(&y->lock);
	list_for_each_entry(g, &y->gates, node)
		n++;
	mutex_unlock(&y->lock);
	return n;
}

int yard_open(struct yard *y)
{
	struct gate *g;
	int ret = 0;

	mutex_lock(&y->lock);
	list_for_each_entry(g, &y->gates, node) {
		ret = g->ops->swing(g);
		if (ret)
			break;
	}
	mutex_unlock(&y->lock);
	return ret;
}
EXPORT_SYMBOL(yard_open);

struct yard *yard_new(void)
{
	struct yard *y = kzalloc(sizeof(*y), GFP_KERNEL);

	if (!y)
		return NULL;
	mutex_init(&y->lock);
	y->count = yard_count;
	return y;
}
EXPORT_SYMBOL(yard_new);
