// correct
struct engine { struct dma_device dma; spinlock_t lock; struct tasklet_struct task; int n; };
static void engine_tasklet(struct tasklet_struct *t)
{
	struct engine *e = from_tasklet(e, t, task);

	spin_lock(&e->lock);
	e->n++;
	spin_unlock(&e->lock);
}
static enum dma_status engine_status(struct dma_chan *chan, dma_cookie_t c, struct dma_tx_state *s)
{
	struct engine *e = container_of(chan->device, struct engine, dma);

	spin_lock_bh(&e->lock);
	e->n = 0;
	spin_unlock_bh(&e->lock);
	return DMA_COMPLETE;
}
int engine_probe(struct engine *e)
{
	spin_lock_init(&e->lock);
	tasklet_setup(&e->task, engine_tasklet);
	e->dma.device_tx_status = engine_status;
	return dma_async_device_register(&e->dma);
}
EXPORT_SYMBOL(engine_probe);
