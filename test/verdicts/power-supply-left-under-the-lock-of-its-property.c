// a mistake: wait-deadlock
struct cell {
	struct power_supply *psy;
	struct mutex lock;
	int charge;
};

static int cell_get(struct power_supply *psy, enum power_supply_property psp, union power_supply_propval *val)
{
	struct cell *cell = power_supply_get_drvdata(psy);

	mutex_lock(&cell->lock);
	val->intval = cell->charge;
	mutex_unlock(&cell->lock);
	return 0;
}

static const struct power_supply_desc cell_desc = { .name = "cell", .get_property = cell_get };

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
