// a mistake: sleep-in-atomic
// Whichever arm is taken, the write follows, two calls below the operation that runs under a spinlock.
struct expander { struct mutex io; struct i2c_client *client; unsigned int masked; };
static int expander_write(struct expander *e, u8 reg)
{
	int ret;

	mutex_lock(&e->io);
	ret = i2c_smbus_write_word_data(e->client, reg, e->masked);
	mutex_unlock(&e->io);
	return ret;
}
static void expander_update(struct expander *e, bool on)
{
	if (on)
		e->masked &= ~1u;
	else
		e->masked |= 1;
	expander_write(e, 4);
}
static void expander_mask(struct irq_data *d)
{
	expander_update(irq_data_get_irq_chip_data(d), false);
}
static const struct irq_chip expander_chip = {
	.name = "expander",
	.irq_mask = expander_mask,
};
