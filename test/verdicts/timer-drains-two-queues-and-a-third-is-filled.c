// correct
// The timer takes the locks of two queues through one helper, and the file only that of the third.
struct drain_queue {
	spinlock_t lock;
	unsigned int filled;
};

static struct drain {
	struct timer_list timer;
	struct drain_queue in, out, spare;
} drain;

static void drain_queue(struct drain_queue *queue)
{
	spin_lock(&queue->lock);
	queue->filled = 0;
	spin_unlock(&queue->lock);
}

static void drain_tick(struct timer_list *timer)
{
	struct drain *d = from_timer(d, timer, timer);

	drain_queue(&d->in);
	drain_queue(&d->out);
}

static ssize_t spare_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct drain *d = dev_get_drvdata(dev);

	spin_lock(&d->spare.lock);
	d->spare.filled++;
	spin_unlock(&d->spare.lock);
	return count;
}
static DEVICE_ATTR_WO(spare);

int drain_start(struct device *dev)
{
	timer_setup(&drain.timer, drain_tick, 0);
	dev_set_drvdata(dev, &drain);
	mod_timer(&drain.timer, jiffies + HZ);
	return device_create_file(dev, &dev_attr_spare);
}
