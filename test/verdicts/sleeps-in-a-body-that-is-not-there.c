// a mistake: sleep-in-atomic
// The body is in another folder; the records know that it always sleeps.
struct board { spinlock_t lock; struct spi_controller *ctlr; void __iomem *regs; };
void board_release(struct board *b)
{
	unsigned long flags;

	spin_lock_irqsave(&b->lock, flags);
	spi_unregister_controller(b->ctlr);
	writel(0, b->regs);
	spin_unlock_irqrestore(&b->lock, flags);
}
EXPORT_SYMBOL(board_release);
