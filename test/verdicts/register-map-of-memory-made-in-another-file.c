// correct
//- chip.h
struct chip { spinlock_t lock; struct regmap *map; int on; };
int chip_push(struct chip *c, int v);
//- bus.c
#include "chip.h"
int chip_push(struct chip *c, int v)
{
	return regmap_write(c->map, 6, v);
}
//- mask.c
#include "chip.h"
int chip_switch(struct chip *c, int v)
{
	int ret;

	spin_lock(&c->lock);
	ret = chip_push(c, v);
	spin_unlock(&c->lock);
	return ret;
}
//- main.c
#include "chip.h"
static int chip_probe(struct platform_device *pdev)
{
	struct chip *c = platform_get_drvdata(pdev);

	c->map = devm_regmap_init_mmio(&pdev->dev, c->regs, &chip_config);
	return 0;
}
//- i2c.c
#include "other.h"
static int other_probe(struct i2c_client *client)
{
	struct other *o = i2c_get_clientdata(client);

	o->map = devm_regmap_init_i2c(client, &other_config);
	return 0;
}
//- other.h
struct other { struct regmap *map; };
