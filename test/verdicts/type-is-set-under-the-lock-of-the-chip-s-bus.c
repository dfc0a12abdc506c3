// a mistake: self-deadlock
// irq_set_type() runs between irq_bus_lock() and irq_bus_sync_unlock().
struct expander {
	struct rt_mutex bus;
	unsigned int edges;
};

static void expander_note(struct expander *x, unsigned int bit, bool both)
{
	rt_mutex_lock(&x->bus);
	x->edges = both ? x->edges | bit : x->edges & ~bit;
	rt_mutex_unlock(&x->bus);
}

static void expander_lock(struct irq_data *d)
{
	struct expander *x = irq_data_get_irq_chip_data(d);

	rt_mutex_lock(&x->bus);
}

static void expander_unlock(struct irq_data *d)
{
	struct expander *x = irq_data_get_irq_chip_data(d);

	rt_mutex_unlock(&x->bus);
}

static int expander_type(struct irq_data *d, unsigned int type)
{
	expander_note(irq_data_get_irq_chip_data(d), BIT(d->hwirq), type == IRQ_TYPE_EDGE_BOTH);
	return 0;
}

static void expander_mask(struct irq_data *d)
{
}

static void expander_unmask(struct irq_data *d)
{
}

static struct irq_chip expander_chip = {
	.name = "expander",
	.irq_mask = expander_mask,
	.irq_unmask = expander_unmask,
	.irq_set_type = expander_type,
	.irq_bus_lock = expander_lock,
	.irq_bus_sync_unlock = expander_unlock,
};

int expander_map(struct irq_domain *domain, unsigned int virq, irq_hw_number_t hw)
{
	irq_set_chip_data(virq, domain->host_data);
	irq_set_chip_and_handler(virq, &expander_chip, handle_level_irq);
	return 0;
}
