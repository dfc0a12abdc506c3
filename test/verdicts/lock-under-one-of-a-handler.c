// a mistake: irq-inversion, lock-order-cycle
struct d { spinlock_t hw; spinlock_t stats; int n; };
static irqreturn_t d_irq(int irq, void *p)
{
	struct d *d = p;
	spin_lock(&d->hw);
	d->n++;
	spin_unlock(&d->hw);
	return IRQ_HANDLED;
}
int d_flush(struct d *d)
{
	unsigned long flags;
	spin_lock_irqsave(&d->hw, flags);
	spin_lock(&d->stats);
	d->n = 0;
	spin_unlock(&d->stats);
	spin_unlock_irqrestore(&d->hw, flags);
	return 0;
}
static ssize_t n_show(struct device *dev, struct device_attribute *a, char *buf)
{
	struct d *d = dev_get_drvdata(dev);
	int v;
	spin_lock(&d->stats);
	v = d->n;
	spin_unlock(&d->stats);
	return sysfs_emit(buf, "%d\n", v);
}
static DEVICE_ATTR_RO(n);
int d_init(struct d *d, int irq)
{
	return request_irq(irq, d_irq, 0, "d", d);
}
