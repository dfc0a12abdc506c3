// a mistake: irq-inversion
// The interrupt handler drops finished commands from the array that the submitting thread stores to with interrupts on.
struct engine { struct xarray cmds; void __iomem *regs; unsigned long next; };
static irqreturn_t engine_irq(int irq, void *data)
{
	struct engine *e = data;
	u32 tag = readl(e->regs);

	xa_erase(&e->cmds, tag);
	return IRQ_HANDLED;
}
static int engine_submit(struct engine *e, void *cmd)
{
	void *old;

	msleep(1);
	old = xa_store(&e->cmds, e->next++, cmd, GFP_KERNEL);
	return xa_err(old);
}
int engine_probe(struct engine *e, int irq)
{
	int err;

	xa_init(&e->cmds);
	err = request_irq(irq, engine_irq, 0, "engine", e);
	if (err)
		return err;
	return engine_submit(e, e);
}
