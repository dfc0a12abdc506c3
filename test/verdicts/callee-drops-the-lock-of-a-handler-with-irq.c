// a mistake: irq-state
struct h { spinlock_t lock; int n; };
static int h_flush(struct h *h) { spin_unlock_irq(&h->lock); h->n++; spin_lock_irq(&h->lock); return h->n; }
static irqreturn_t h_irq(int irq, void *p)
{
	struct h *h = p;
	spin_lock(&h->lock);
	h_flush(h);
	spin_unlock(&h->lock);
	return IRQ_HANDLED;
}
int h_init(struct h *h, int irq) { spin_lock_init(&h->lock); return request_irq(irq, h_irq, 0, "h", h); }
