// a mistake: irq-inversion
struct d { struct dma_device dma; spinlock_t lock; struct tasklet_struct task; int n; };
static void d_tasklet(struct tasklet_struct *t)
{
	struct d *d = from_tasklet(d, t, task);

	spin_lock(&d->lock);
	d->n++;
	spin_unlock(&d->lock);
}
static int d_slave_config(struct dma_chan *chan, struct dma_slave_config *c)
{
	struct d *d = container_of(chan->device, struct d, dma);

	spin_lock(&d->lock);
	d->n = 0;
	spin_unlock(&d->lock);
	return 0;
}
static int d_alloc(struct dma_chan *chan)
{
	struct d *d = container_of(chan->device, struct d, dma);

	spin_lock(&d->lock);
	d->n = 0;
	spin_unlock(&d->lock);
	return 0;
}
int d_probe(struct d *d)
{
	spin_lock_init(&d->lock);
	tasklet_setup(&d->task, d_tasklet);
	d->dma.device_config = d_slave_config;
	d->dma.device_alloc_chan_resources = d_alloc;
	return dma_async_device_register(&d->dma);
}
EXPORT_SYMBOL(d_probe);
