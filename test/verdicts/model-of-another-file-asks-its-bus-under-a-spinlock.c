// a mistake: sleep-in-atomic
//- drivers/tilt/tilt.h
struct tilt;
struct tilt_model { int (*read)(struct tilt *t, u8 reg); void (*quiet)(struct tilt *t); };
struct tilt { spinlock_t lock; struct i2c_client *client; void __iomem *base; const struct tilt_model *model; int x; };
extern const struct tilt_model tilt_i2c, tilt_mmio;
//- drivers/tilt/core.c
#include "tilt.h"
int tilt_update(struct tilt *t)
{
	int ret;

	spin_lock(&t->lock);
	ret = t->model->read(t, 3);
	if (ret >= 0)
		t->x = ret;
	spin_unlock(&t->lock);
	return ret;
}
EXPORT_SYMBOL(tilt_update);

void tilt_probe(struct tilt *t, bool isBus)
{
	spin_lock_init(&t->lock);
	t->model = isBus ? &tilt_i2c : &tilt_mmio;
}
EXPORT_SYMBOL(tilt_probe);
//- drivers/tilt/models.c
#include "tilt.h"
static int mmio_read(struct tilt *t, u8 reg)
{
	return readl(t->base + reg);
}

static int i2c_read(struct tilt *t, u8 reg)
{
	return i2c_smbus_read_byte_data(t->client, reg);
}

const struct tilt_model tilt_mmio = { .read = mmio_read };
const struct tilt_model tilt_i2c = { .read = i2c_read };
