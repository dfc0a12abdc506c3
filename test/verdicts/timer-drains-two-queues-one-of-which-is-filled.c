// a mistake: irq-inversion
struct drain_queue {
	spinlock_t lock;
	unsigned int filled;
};

static struct drain {
	struct timer_list timer;
	struct drain_queue in, out;
} drain;

static void drain_queue(struct drain_queue *queue)
{
	spin_lock(&queue->lock);
	queue->filled = 0;
	spin_unlock(&queue->lock);
}

static void drain_both(struct drain *d)
{
	drain_queue(&d->in);
	drain_queue(&d->out);
}

static void drain_tick(struct timer_list *timer)
{
	struct drain *d = from_timer(d, timer, timer);

	drain_both(d);
}

static void fill(struct drain_queue *queue)
{
	spin_lock(&queue->lock);
	queue->filled++;
	spin_unlock(&queue->lock);
}

static ssize_t out_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct drain *d = dev_get_drvdata(dev);

	fill(&d->out);
	return count;
}
static DEVICE_ATTR_WO(out);

int drain_start(struct device *dev)
{
	timer_setup(&drain.timer, drain_tick, 0);
	dev_set_drvdata(dev, &drain);
	mod_timer(&drain.timer, jiffies + HZ);
	return device_create_file(dev, &dev_attr_out);
}
