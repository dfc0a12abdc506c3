// a mistake: sleep-in-atomic
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
static int chip_probe(struct i2c_client *client)
{
	struct chip *c = i2c_get_clientdata(client);

	c->map = devm_regmap_init_i2c(client, &chip_config);
	return 0;
}
