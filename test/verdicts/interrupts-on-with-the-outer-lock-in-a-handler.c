// correct
// The function that gives the flags back early runs with interrupts off: nothing comes on.
struct relay {
	spinlock_t queue_lock, bus_lock;
	unsigned int queued, sent;
};

static void relay_send(struct relay *r)
{
	unsigned long flags;

	spin_lock_irqsave(&r->queue_lock, flags);
	r->queued++;
	spin_lock(&r->bus_lock);
	spin_unlock_irqrestore(&r->queue_lock, flags);
	r->sent++;
	spin_unlock(&r->bus_lock);
}

static irqreturn_t relay_irq(int irq, void *data)
{
	relay_send(data);
	return IRQ_HANDLED;
}

int relay_start(struct device *dev, struct relay *r, int irq)
{
	return devm_request_irq(dev, irq, relay_irq, 0, "relay", r);
}
