// correct
struct expander {
	struct mutex bus;
	raw_spinlock_t lock;
	unsigned int mask, written;
	struct regmap *map;
};

static void expander_lock(struct irq_data *d)
{
	struct expander *x = irq_data_get_irq_chip_data(d);

	mutex_lock(&x->bus);
}

static void expander_unlock(struct irq_data *d)
{
	struct expander *x = irq_data_get_irq_chip_data(d);

	if (x->written != x->mask)
		regmap_write(x->map, 4, x->mask);
	x->written = x->mask;
	mutex_unlock(&x->bus);
}

static void expander_mask(struct irq_data *d)
{
	struct expander *x = irq_data_get_irq_chip_data(d);

	lockdep_assert_held(&x->bus);
	raw_spin_lock(&x->lock);
	x->mask |= BIT(d->hwirq);
	raw_spin_unlock(&x->lock);
}

static void expander_unmask(struct irq_data *d)
{
	struct expander *x = irq_data_get_irq_chip_data(d);

	raw_spin_lock(&x->lock);
	x->mask &= ~BIT(d->hwirq);
	raw_spin_unlock(&x->lock);
}

static struct irq_chip expander_chip = {
	.name = "expander",
	.irq_mask = expander_mask,
	.irq_unmask = expander_unmask,
	.irq_bus_lock = expander_lock,
	.irq_bus_sync_unlock = expander_unlock,
};

int expander_map(struct irq_domain *domain, unsigned int virq, irq_hw_number_t hw)
{
	irq_set_chip_data(virq, domain->host_data);
	irq_set_chip_and_handler(virq, &expander_chip, handle_simple_irq);
	return 0;
}
