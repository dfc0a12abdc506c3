// a mistake: sleep-in-atomic
struct ic { struct mutex lock; u32 mask; };
static void ic_mask(struct irq_data *d)
{
	struct ic *ic = irq_data_get_irq_chip_data(d);

	mutex_lock(&ic->lock);
	ic->mask &= ~BIT(d->hwirq);
	mutex_unlock(&ic->lock);
}
static void ic_unmask(struct irq_data *d)
{
	struct ic *ic = irq_data_get_irq_chip_data(d);

	ic->mask |= BIT(d->hwirq);
}
static struct irq_chip ic_chip = { .name = "ic", .irq_mask = ic_mask, .irq_unmask = ic_unmask };
void ic_map(unsigned int irq, struct ic *ic)
{
	irq_set_chip_data(irq, ic);
	irq_set_chip_and_handler(irq, &ic_chip, handle_level_irq);
}
EXPORT_SYMBOL(ic_map);
