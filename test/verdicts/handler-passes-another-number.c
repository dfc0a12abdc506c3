// correct
struct d { spinlock_t lock; int n; void __iomem *io; };
static void write_reg(struct d *d, int window, u32 v)
{
	if (window == 1) {
		spin_lock(&d->lock);
		writel(1, d->io);
		writel(v, d->io + 4);
		spin_unlock(&d->lock);
	} else {
		writel(v, d->io);
	}
}
static irqreturn_t d_irq(int irq, void *data)
{
	struct d *d = data;
	write_reg(d, 0, 7);
	return IRQ_HANDLED;
}
int d_open(struct d *d, int irq)
{
	int ret = request_irq(irq, d_irq, 0, "d", d);
	if (ret)
		return ret;
	msleep(1);
	write_reg(d, 1, 3);
	return 0;
}
