// correct
//- drivers/weir/weir.h
struct river { spinlock_t flow; struct list_head gates; int level; };
struct dam { struct river *river; };
struct gate;
struct gate_ops { void (*lower)(struct gate *g); };
struct gate { spinlock_t lock; struct list_head node; struct dam *dam; const struct gate_ops *ops; int angle; };
int river_level(struct river *r);
//- drivers/weir/river.c
#include "weir.h"
static int river_read(struct river *r)
{
	int level;

	spin_lock(&r->flow);
	level = r->level;
	spin_unlock(&r->flow);
	return level;
}

int river_level(struct river *r)
{
	return river_read(r);
}

static void gate_lower(struct gate *g)
{
	g->ops->lower(g);
}

void river_drain(struct river *r)
{
	struct gate *g;

	spin_lock(&r->flow);
	list_for_each_entry(g, &r->gates, node)
		gate_lower(g);
	spin_unlock(&r->flow);
}
EXPORT_SYMBOL(river_drain);
//- drivers/weir/gate.c
#include "weir.h"
static void plain_lower(struct gate *g)
{
	spin_lock(&g->lock);
	g->angle = 0;
	spin_unlock(&g->lock);
}

static const struct gate_ops plain_ops = { .lower = plain_lower };

static int gate_height(struct gate *g)
{
	return river_level(g->dam->river) - g->angle;
}

int gate_check(struct gate *g)
{
	int height;

	height = gate_height(g);
	return height;
}
EXPORT_SYMBOL(gate_check);

void gate_init(struct gate *g, struct dam *d)
{
	spin_lock_init(&g->lock);
	g->dam = d;
	g->ops = &plain_ops;
}
EXPORT_SYMBOL(gate_init);
