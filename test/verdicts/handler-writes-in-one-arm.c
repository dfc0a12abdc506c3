// correct
// The operation only remembers: the write belongs to the unlock of the bus, which may sleep.
struct widener { struct mutex io; struct i2c_client *client; unsigned int masked; bool dirty; };
static int widener_write(struct widener *w, u8 reg)
{
	int ret;

	mutex_lock(&w->io);
	ret = i2c_smbus_write_word_data(w->client, reg, w->masked);
	mutex_unlock(&w->io);
	return ret;
}
static void widener_update(struct widener *w, bool flush)
{
	if (!flush) {
		w->dirty = true;
		return;
	}
	w->dirty = false;
	widener_write(w, 4);
}
static void widener_mask(struct irq_data *d)
{
	struct widener *w = irq_data_get_irq_chip_data(d);

	w->masked |= 1;
	widener_update(w, false);
}
static void widener_sync(struct irq_data *d)
{
	widener_update(irq_data_get_irq_chip_data(d), true);
}
static const struct irq_chip widener_chip = {
	.name = "widener",
	.irq_mask = widener_mask,
	.irq_bus_sync_unlock = widener_sync,
};
