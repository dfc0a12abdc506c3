// a mistake: irq-inversion
struct d { struct dma_device dma; spinlock_t lock; struct tasklet_struct task; int n; };
static void d_tasklet(struct tasklet_struct *t)
{
	struct d *d = from_tasklet(d, t, task);

	spin_lock(&d->lock);
	d->n++;
	spin_unlock(&d->lock);
}
static enum dma_status d_status(struct dma_chan *chan, dma_cookie_t c, struct dma_tx_state *s)
{
	struct d *d = container_of(chan->device, struct d, dma);

	spin_lock(&d->lock);
	d->n = 0;
	spin_unlock(&d->lock);
	return DMA_COMPLETE;
}
int d_probe(struct d *d)
{
	spin_lock_init(&d->lock);
	tasklet_setup(&d->task, d_tasklet);
	d->dma.device_tx_status = d_status;
	return dma_async_device_register(&d->dma);
}
EXPORT_SYMBOL(d_probe);
