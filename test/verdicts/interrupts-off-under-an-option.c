// correct
// Both ends depend on the same condition, and a helper that only enables preemption ends the section of its caller.
struct port { int quiet; int polled; int sent; struct mutex cfg; };

static void port_leave(struct port *p)
{
	p->polled = 0;
	preempt_enable();
}

int port_put(struct port *p, int oops)
{
	unsigned long flags = 0;

	if (!oops)
		local_irq_save(flags);
	p->sent++;
	if (!oops)
		local_irq_restore(flags);
	return 0;
}

int port_poll(struct port *p)
{
	preempt_disable();
	p->polled = smp_processor_id();
	port_leave(p);
	mutex_lock(&p->cfg);
	p->sent = 0;
	mutex_unlock(&p->cfg);
	return 0;
}
