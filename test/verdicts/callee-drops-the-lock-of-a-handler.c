// correct
struct port { spinlock_t lock; int n; void (*done)(int n); };

static void port_done(struct port *p)
{
	spin_unlock(&p->lock);
	p->done(p->n);
	spin_lock(&p->lock);
}

static void port_wait(struct port *p)
{
	spin_unlock_irq(&p->lock);
	p->done(p->n);
	spin_lock_irq(&p->lock);
}

static irqreturn_t port_irq(int irq, void *data)
{
	struct port *p = data;

	spin_lock(&p->lock);
	port_done(p);
	spin_unlock(&p->lock);
	return IRQ_HANDLED;
}

/* Only process context gets there. */
static ssize_t flush_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t n)
{
	struct port *p = dev_get_drvdata(dev);

	spin_lock_irq(&p->lock);
	port_wait(p);
	spin_unlock_irq(&p->lock);
	return n;
}
static DEVICE_ATTR_WO(flush);

int port_init(struct port *p, struct device *dev, int irq)
{
	spin_lock_init(&p->lock);
	device_create_file(dev, &dev_attr_flush);
	return request_irq(irq, port_irq, 0, "port", p);
}
