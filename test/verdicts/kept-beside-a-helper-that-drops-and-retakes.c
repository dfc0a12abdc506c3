// a mistake: missing-unlock
// The helper drops the lock for a callback and takes it again: nobody releases it for the first function.
struct port { spinlock_t lock; struct list_head done; int speed; void (*giveback)(struct port *p); };
static void port_nuke(struct port *p)
{
	while (!list_empty(&p->done)) {
		spin_unlock(&p->lock);
		p->giveback(p);
		spin_lock(&p->lock);
	}
}
static int port_push(struct port *p, int n)
{
	if (n > 8)
		port_nuke(p);
	return n;
}
static int port_answer(struct port *p, int n)
{
	return port_push(p, n) + 1;
}
static int port_setup(struct port *p)
{
	return port_answer(p, 9);
}
static int port_event(struct port *p)
{
	return port_setup(p);
}
static irqreturn_t port_irq(int irq, void *data)
{
	struct port *p = data;

	spin_lock(&p->lock);
	port_event(p);
	spin_unlock(&p->lock);
	return IRQ_HANDLED;
}
int port_queue(struct port *p, int n)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&p->lock, flags);
	if (p->speed == 0)
		return 0;
	ret = port_push(p, n);
	spin_unlock_irqrestore(&p->lock, flags);
	return ret;
}
int port_probe(struct port *p, int irq)
{
	return request_irq(irq, port_irq, 0, "port", p);
}
