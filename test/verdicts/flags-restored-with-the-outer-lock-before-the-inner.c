// a mistake: irq-inversion
// The flags come back with the lock that saved them, while the one that the handler takes is still held.
struct relay {
	spinlock_t queue_lock, bus_lock;
	unsigned int queued, sent;
};

static irqreturn_t relay_irq(int irq, void *data)
{
	struct relay *r = data;

	spin_lock(&r->bus_lock);
	r->sent++;
	spin_unlock(&r->bus_lock);
	return IRQ_HANDLED;
}

static ssize_t send_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct relay *r = dev_get_drvdata(dev);
	unsigned long flags;

	spin_lock_irqsave(&r->queue_lock, flags);
	r->queued++;
	spin_lock(&r->bus_lock);
	spin_unlock_irqrestore(&r->queue_lock, flags);
	r->sent = 0;
	spin_unlock(&r->bus_lock);
	return count;
}
static DEVICE_ATTR_WO(send);

int relay_start(struct device *dev, struct relay *r, int irq)
{
	int err = devm_request_irq(dev, irq, relay_irq, 0, "relay", r);

	dev_set_drvdata(dev, r);
	return err ?: device_create_file(dev, &dev_attr_send);
}
