// correct
// The frequency changes under its lock alone.
struct bus { struct devfreq *devfreq; struct mutex vote; unsigned long freq; };

static int bus_target(struct device *dev, unsigned long *freq, u32 flags)
{
	struct bus *bus = dev_get_drvdata(dev);

	mutex_lock(&bus->vote);
	bus->freq = *freq;
	mutex_unlock(&bus->vote);
	return 0;
}

static struct devfreq_dev_profile bus_profile = { .target = bus_target };

int bus_raise(struct bus *bus)
{
	int err;

	mutex_lock(&bus->devfreq->lock);
	err = update_devfreq(bus->devfreq);
	mutex_unlock(&bus->devfreq->lock);
	return err;
}
EXPORT_SYMBOL_GPL(bus_raise);

int bus_init(struct device *dev, struct bus *bus)
{
	mutex_init(&bus->vote);
	bus->devfreq = devm_devfreq_add_device(dev, &bus_profile, "performance", NULL);
	return PTR_ERR_OR_ZERO(bus->devfreq);
}
EXPORT_SYMBOL_GPL(bus_init);
