// correct
// The core calls the operations of the counter that it is given, and edge_counter has none that sleep.
//- core.h
struct counter;
struct counter_ops {
	int (*sample)(struct counter *c, u64 *value);
	int (*tally)(struct counter *c);
	int kind;
};

struct counter {
	const struct counter_ops *ops;
	spinlock_t events;
	int pushed;
	u64 last;
};

void counter_push(struct counter *c);

//- core.c
#include "core.h"

static int counter_get(struct counter *c)
{
	spin_lock(&c->events);
	c->pushed++;
	spin_unlock(&c->events);
	return c->ops->sample(c, &c->last);
}

void counter_push(struct counter *c)
{
	spin_lock(&c->events);
	c->pushed++;
	spin_unlock(&c->events);
	counter_get(c);
}

//- edge_counter.c
#include "core.h"

static u64 edges;

static int edge_counter_count(struct counter *c)
{
	return edges;
}

static const struct counter_ops edge_counter_ops = {
	.tally = edge_counter_count,
	.kind = 1,
};

static irqreturn_t edge_counter_irq(int irq, void *data)
{
	edges++;
	counter_push(data);
	return IRQ_HANDLED;
}

int edge_counter_probe(struct counter *c, int irq)
{
	c->ops = &edge_counter_ops;
	return request_irq(irq, edge_counter_irq, 0, "edges", c);
}

//- capture.c
#include "core.h"

static struct clk *capture_clk;

static int capture_read(struct counter *c, u64 *value)
{
	*value = clk_get_rate(capture_clk);
	return 0;
}

static const struct counter_ops capture_ops = {
	.sample = capture_read,
};

void capture_probe(struct counter *c)
{
	c->ops = &capture_ops;
}
