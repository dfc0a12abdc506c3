// a mistake: missing-unlock
struct d { spinlock_t lock; int n; };
static irqreturn_t d_irq(int irq, void *data)
{
	struct d *d = data;

	spin_lock(&d->lock);
	if (!d->n)
		return IRQ_NONE;
	d->n--;
	spin_unlock(&d->lock);
	return IRQ_HANDLED;
}
int d_probe(struct d *d, int irq)
{
	return request_irq(irq, d_irq, IRQF_SHARED, "d", d);
}
