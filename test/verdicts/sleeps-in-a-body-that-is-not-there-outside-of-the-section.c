// correct
struct plank { spinlock_t lock; struct spi_controller *ctlr; void __iomem *regs; };
void plank_release(struct plank *p)
{
	unsigned long flags;

	spi_unregister_controller(p->ctlr);
	spin_lock_irqsave(&p->lock, flags);
	writel(0, p->regs);
	spin_unlock_irqrestore(&p->lock, flags);
}
EXPORT_SYMBOL(plank_release);
