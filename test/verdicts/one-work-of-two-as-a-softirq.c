// a mistake: irq-inversion
struct host { spinlock_t lock; struct work_struct bh; struct work_struct slow; int flags; };
static void host_bh(struct work_struct *t)
{
	struct host *h = container_of(t, struct host, bh);

	spin_lock(&h->lock);
	h->flags = 0;
	spin_unlock(&h->lock);
}
static void host_slow(struct work_struct *t)
{
	struct host *h = container_of(t, struct host, slow);

	spin_lock(&h->lock);
	h->flags = 2;
	spin_unlock(&h->lock);
}
static irqreturn_t host_irq(int irq, void *data)
{
	struct host *h = data;

	queue_work(system_bh_highpri_wq, &h->bh);
	schedule_work(&h->slow);
	return IRQ_HANDLED;
}
int host_init(struct host *h, int irq)
{
	INIT_WORK(&h->bh, host_bh);
	INIT_WORK(&h->slow, host_slow);
	return request_irq(irq, host_irq, 0, "h", h);
}
