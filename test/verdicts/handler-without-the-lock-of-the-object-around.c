// a mistake: annotation-mismatch
struct virt_dma_chan {
	spinlock_t lock;
	struct list_head issued;
};

struct chan {
	struct virt_dma_chan vc;
	struct list_head *xd;
};

static struct chan *to_chan(struct virt_dma_chan *vc)
{
	return container_of(vc, struct chan, vc);
}

static inline struct list_head *vchan_next(struct virt_dma_chan *vc)
{
	lockdep_assert_held(&vc->lock);
	return vc->issued.next;
}

static void chan_start(struct chan *xc)
{
	xc->xd = vchan_next(&xc->vc);
}

static void chan_irq(struct chan *xc)
{
	if (xc->xd)
		chan_start(xc);
}

static irqreturn_t dev_irq(int irq, void *data)
{
	chan_irq(data);
	return IRQ_HANDLED;
}

int dev_probe(struct chan *xc)
{
	return request_irq(7, dev_irq, 0, "chan", xc);
}

void issue_pending(struct virt_dma_chan *vc)
{
	struct chan *xc = to_chan(vc);
	unsigned long flags;

	spin_lock_irqsave(&vc->lock, flags);
	if (!xc->xd)
		chan_start(xc);
	spin_unlock_irqrestore(&vc->lock, flags);
}
