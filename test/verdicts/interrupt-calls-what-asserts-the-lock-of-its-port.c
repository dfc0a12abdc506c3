// a mistake: annotation-mismatch
//- core.h
struct port { spinlock_t lock; int cts; };
void port_cts_change(struct port *p, int cts);
//- core.c
#include "core.h"
void port_cts_change(struct port *p, int cts)
{
	lockdep_assert_held_once(&p->lock);
	p->cts = cts;
}
EXPORT_SYMBOL_GPL(port_cts_change);
//- good.c
#include "core.h"
static irqreturn_t good_irq(int irq, void *data)
{
	struct port *p = data;

	spin_lock(&p->lock);
	port_cts_change(p, 1);
	spin_unlock(&p->lock);
	return IRQ_HANDLED;
}

static int good_probe(struct platform_device *pdev)
{
	return request_irq(3, good_irq, 0, "good", platform_get_drvdata(pdev));
}
//- bad.c
#include "core.h"
static void bad_status(struct port *p, int delta)
{
	if (delta & 1)
		port_cts_change(p, delta);
}

static irqreturn_t bad_irq(int irq, void *data)
{
	bad_status(data, readl(data));
	return IRQ_HANDLED;
}

static int bad_probe(struct platform_device *pdev)
{
	return request_irq(4, bad_irq, 0, "bad", platform_get_drvdata(pdev));
}
