// correct
struct chip;
struct chip_ops { bool may_sleep; int (*write)(struct chip *c, int v); };
struct chip { spinlock_t lock; const struct chip_ops *ops; struct spi_device *spi; struct work_struct later; int v; };
static int chip_spi_write(struct chip *c, int v)
{
	return spi_write_then_read(c->spi, &v, sizeof(v), NULL, 0);
}
static int chip_mmio_write(struct chip *c, int v)
{
	c->v = v;
	return 0;
}
const struct chip_ops chip_spi_ops = { .may_sleep = true, .write = chip_spi_write };
const struct chip_ops chip_mmio_ops = { .write = chip_mmio_write };
static void chip_start(struct chip *c)
{
	c->ops->write(c, 1);
}
void chip_kick(struct chip *c)
{
	if (c->ops->may_sleep) {
		schedule_work(&c->later);
		return;
	}
	spin_lock(&c->lock);
	chip_start(c);
	spin_unlock(&c->lock);
}
