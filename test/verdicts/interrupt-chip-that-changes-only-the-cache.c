// correct
// Between irq_bus_lock() and irq_bus_sync_unlock() an access changes the cache of the map, which has no lock of its own.
struct expander {
	struct regmap *map;
	struct mutex irq_lock;
};

static const struct regmap_config expander_config = {
	.reg_bits = 8,
	.val_bits = 8,
	.disable_locking = true,
};

static void expander_irq_mask(struct irq_data *d)
{
	struct expander *e = irq_data_get_irq_chip_data(d);

	regmap_update_bits(e->map, 4, 1, 1);
}

static void expander_irq_unmask(struct irq_data *d)
{
	struct expander *e = irq_data_get_irq_chip_data(d);

	regmap_update_bits(e->map, 4, 1, 0);
}

static void expander_irq_bus_lock(struct irq_data *d)
{
	struct expander *e = irq_data_get_irq_chip_data(d);

	mutex_lock(&e->irq_lock);
	regcache_cache_only(e->map, true);
}

static void expander_irq_bus_sync_unlock(struct irq_data *d)
{
	struct expander *e = irq_data_get_irq_chip_data(d);

	regcache_cache_only(e->map, false);
	regcache_sync(e->map);
	mutex_unlock(&e->irq_lock);
}

static const struct irq_chip expander_chip = {
	.irq_mask = expander_irq_mask,
	.irq_unmask = expander_irq_unmask,
	.irq_bus_lock = expander_irq_bus_lock,
	.irq_bus_sync_unlock = expander_irq_bus_sync_unlock,
};

int expander_probe(struct i2c_client *client, struct expander *e)
{
	e->map = devm_regmap_init_i2c(client, &expander_config);
	return PTR_ERR_OR_ZERO(e->map);
}
