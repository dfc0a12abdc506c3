// correct
struct dma { raw_spinlock_t hw; spinlock_t stats; int n; };
static irqreturn_t dma_irq(int irq, void *p)
{
	struct dma *d = p;

	raw_spin_lock(&d->hw);
	d->n++;
	raw_spin_unlock(&d->hw);
	return IRQ_HANDLED;
}
static void dma_count(struct dma *d, int by)
{
	spin_lock(&d->stats);
	d->n += by;
	spin_unlock(&d->stats);
}
static void dma_drop(struct dma *d)
{
	dma_count(d, -1);
}
void dma_flush(struct dma *d)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&d->hw, flags);
	dma_drop(d);
	raw_spin_unlock_irqrestore(&d->hw, flags);
}
static ssize_t n_show(struct device *dev, struct device_attribute *a, char *buf)
{
	struct dma *d = dev_get_drvdata(dev);
	int n;

	spin_lock_irq(&d->stats);
	n = d->n;
	spin_unlock_irq(&d->stats);
	return sysfs_emit(buf, "%d\n", n);
}
static DEVICE_ATTR_RO(n);
int dma_init(struct dma *d, int irq)
{
	return request_irq(irq, dma_irq, 0, "dma", d);
}
