// correct
//- core.h
struct port { spinlock_t lock; int registered; int cts; };
void port_cts_change(struct port *p, int cts);
//- core.c
#include "core.h"
void port_cts_change(struct port *p, int cts)
{
	if (p->registered)
		lockdep_assert_held(&p->lock);
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
//- early.c
#include "core.h"
static void early_work(struct work_struct *work)
{
	struct port *p = early_port(work);

	port_cts_change(p, 0);
}
static DECLARE_WORK(early, early_work);
void early_start(void) { schedule_work(&early); }
