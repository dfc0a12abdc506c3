// a mistake: sleep-in-atomic
// The type is set under the lock of the interrupt: only the unlocking of the bus may transfer.
struct spread { struct i2c_client *client; u8 edges; };

static int spread_set_type(struct irq_data *d, unsigned int type)
{
	struct spread *s = irq_data_get_irq_chip_data(d);

	if (type & IRQ_TYPE_LEVEL_MASK)
		return -EINVAL;
	return i2c_smbus_write_byte_data(s->client, 7, d->hwirq);
}

static void spread_mask(struct irq_data *d)
{
	struct spread *s = irq_data_get_irq_chip_data(d);

	s->edges &= ~BIT(d->hwirq);
}

static const struct irq_chip spread_chip = {
	.name = "spread",
	.irq_mask = spread_mask,
	.irq_set_type = spread_set_type,
};

void spread_map(unsigned int irq, struct spread *s)
{
	irq_set_chip_data(irq, s);
	irq_set_chip_and_handler(irq, &spread_chip, handle_edge_irq);
}
EXPORT_SYMBOL(spread_map);
