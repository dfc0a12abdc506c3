// a mistake: irq-inversion
struct relay {
	spinlock_t queue_lock, bus_lock;
	struct tasklet_struct tasklet;
	unsigned int queued, sent;
};

static void relay_tasklet(struct tasklet_struct *t)
{
	struct relay *r = from_tasklet(r, t, tasklet);

	spin_lock(&r->bus_lock);
	r->sent++;
	spin_unlock(&r->bus_lock);
}

static ssize_t send_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct relay *r = dev_get_drvdata(dev);

	spin_lock_bh(&r->queue_lock);
	r->queued++;
	spin_lock(&r->bus_lock);
	spin_unlock_bh(&r->queue_lock);
	r->sent = 0;
	spin_unlock(&r->bus_lock);
	return count;
}
static DEVICE_ATTR_WO(send);

int relay_start(struct device *dev, struct relay *r)
{
	tasklet_setup(&r->tasklet, relay_tasklet);
	dev_set_drvdata(dev, r);
	return device_create_file(dev, &dev_attr_send);
}
