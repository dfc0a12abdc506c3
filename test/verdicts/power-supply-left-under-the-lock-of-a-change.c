// a mistake: lock-order-cycle, wait-deadlock
// Other supplies call it under a semaphore that the removal takes.
struct cell {
	struct power_supply *psy;
	struct mutex lock;
	int charge;
};

static void cell_changed(struct power_supply *psy)
{
	struct cell *cell = power_supply_get_drvdata(psy);

	mutex_lock(&cell->lock);
	cell->charge = 0;
	mutex_unlock(&cell->lock);
}

static const struct power_supply_desc cell_desc = { .name = "cell", .external_power_changed = cell_changed };

int cell_add(struct cell *cell, struct device *dev)
{
	struct power_supply_config config = { .drv_data = cell };

	cell->psy = power_supply_register(dev, &cell_desc, &config);
	return PTR_ERR_OR_ZERO(cell->psy);
}
EXPORT_SYMBOL_GPL(cell_add);

void cell_remove(struct cell *cell)
{
	mutex_lock(&cell->lock);
	power_supply_unregister(cell->psy);
	mutex_unlock(&cell->lock);
}
EXPORT_SYMBOL_GPL(cell_remove);
