// correct
struct d { rwlock_t lock; int n; void __iomem *io; };
static const struct { unsigned start, end; unsigned to; } map[] = { { 0, 0x1000, 0 }, { 0x8000, 0x9000, 0x1000 } };
static int find_window(struct d *d, unsigned long *off)
{
	int i;
	for (i = 0; i < ARRAY_SIZE(map); i++) {
		if (*off >= map[i].start && *off < map[i].end) {
			*off = *off - map[i].start + map[i].to;
			return 0;
		}
	}
	return 1;
}
static void write_reg(struct d *d, unsigned long off, u32 v)
{
	unsigned long flags = 0;
	int rv = find_window(d, &off);

	if (rv == 1)
		write_lock_irqsave(&d->lock, flags);
	writel(v, d->io + off);
	if (rv == 1)
		write_unlock_irqrestore(&d->lock, flags);
}
static irqreturn_t d_irq(int irq, void *data)
{
	struct d *d = data;
	write_reg(d, 0x8004, 7);
	return IRQ_HANDLED;
}
int d_load(struct d *d, int irq)
{
	int ret = request_irq(irq, d_irq, 0, "d", d);
	if (ret)
		return ret;
	msleep(1);
	read_lock(&d->lock);
	writel(3, d->io);
	read_unlock(&d->lock);
	return 0;
}
