// correct
// The type is only noted under the lock of the interrupt; the unlocking of the bus transfers it.
struct spread { struct i2c_client *client; struct mutex lock; u8 edges; };

static int spread_set_type(struct irq_data *d, unsigned int type)
{
	struct spread *s = irq_data_get_irq_chip_data(d);

	if (type & IRQ_TYPE_LEVEL_MASK)
		return -EINVAL;
	s->edges |= BIT(d->hwirq);
	return 0;
}

static void spread_bus_lock(struct irq_data *d)
{
	struct spread *s = irq_data_get_irq_chip_data(d);

	mutex_lock(&s->lock);
}

static void spread_bus_sync_unlock(struct irq_data *d)
{
	struct spread *s = irq_data_get_irq_chip_data(d);

	i2c_smbus_write_byte_data(s->client, 7, s->edges);
	mutex_unlock(&s->lock);
}

static int spread_request(struct irq_data *d)
{
	struct spread *s = irq_data_get_irq_chip_data(d);

	return i2c_smbus_write_byte_data(s->client, 8, d->hwirq);
}

static const struct irq_chip spread_chip = {
	.name = "spread",
	.irq_set_type = spread_set_type,
	.irq_bus_lock = spread_bus_lock,
	.irq_bus_sync_unlock = spread_bus_sync_unlock,
	.irq_request_resources = spread_request,
};

void spread_map(unsigned int irq, struct spread *s)
{
	irq_set_chip_data(irq, s);
	irq_set_chip_and_handler(irq, &spread_chip, handle_edge_irq);
}
EXPORT_SYMBOL(spread_map);
