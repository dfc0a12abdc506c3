// correct
//- chip.h
struct chip;
struct chip_ops { void (*chip_reset)(struct chip *c); void (*chip_kick)(struct chip *c); };
struct chip { struct mutex conf; struct mutex io; const struct chip_ops *ops; int n; };
#define CHIP_OP(c, what) do {						\
	if ((c)->ops->chip_##what)					\
		(c)->ops->chip_##what(c);				\
} while (0)
//- chip.c
#include "chip.h"
static void v1_reset(struct chip *c)
{
	mutex_lock(&c->io);
	c->n = 0;
	mutex_unlock(&c->io);
}
static void v1_kick(struct chip *c)
{
	c->n++;
}
static const struct chip_ops v1_ops = { .chip_reset = v1_reset, .chip_kick = v1_kick };
void chip_init(struct chip *c)
{
	c->ops = &v1_ops;
}
EXPORT_SYMBOL(chip_init);
void chip_configure(struct chip *c)
{
	mutex_lock(&c->conf);
	CHIP_OP(c, kick);
	mutex_unlock(&c->conf);
}
EXPORT_SYMBOL(chip_configure);
void chip_io(struct chip *c)
{
	mutex_lock(&c->io);
	mutex_lock(&c->conf);
	c->n++;
	mutex_unlock(&c->conf);
	mutex_unlock(&c->io);
}
EXPORT_SYMBOL(chip_io);
