// correct
struct spdif {
	spinlock_t lock;
	struct dma_chan *chan;
	dma_addr_t addr;
	int periods;
};

static void spdif_period(void *data)
{
	struct spdif *spdif = data;

	spin_lock(&spdif->lock);
	spdif->periods++;
	spin_unlock(&spdif->lock);
}

int spdif_start(struct spdif *spdif)
{
	struct dma_async_tx_descriptor *desc;

	desc = dmaengine_prep_slave_single(spdif->chan, spdif->addr, 64, DMA_MEM_TO_DEV, 0);
	if (!desc)
		return -ENOMEM;
	desc->callback = spdif_period;
	desc->callback_param = spdif;
	return dma_submit_error(dmaengine_submit(desc));
}
EXPORT_SYMBOL_GPL(spdif_start);

static ssize_t periods_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct spdif *spdif = dev_get_drvdata(dev);
	int periods;

	spin_lock_bh(&spdif->lock);
	periods = spdif->periods;
	spin_unlock_bh(&spdif->lock);
	return sysfs_emit(buf, "%d\n", periods);
}
static DEVICE_ATTR_RO(periods);
