// a mistake: wait-deadlock
// The switch runs only with the lock held, and ends a mode whose attributes take it.
struct port;

struct port_mode {
	int (*enter)(struct port *p);
	void (*leave)(struct port *p);
};

struct port {
	struct device *dev;
	struct mutex lock;
	struct work_struct work;
	const struct port_mode *mode, *wanted;
	u8 pins;
};

static ssize_t pins_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct port *p = dev_get_drvdata(dev);

	mutex_lock(&p->lock);
	p->pins = buf[0];
	mutex_unlock(&p->lock);
	return count;
}
static DEVICE_ATTR_WO(pins);

static struct attribute *video_attrs[] = { &dev_attr_pins.attr, NULL };
static const struct attribute_group video_group = { .name = "video", .attrs = video_attrs };

static int video_enter(struct port *p)
{
	return sysfs_create_group(&p->dev->kobj, &video_group);
}

static void video_leave(struct port *p)
{
	sysfs_remove_group(&p->dev->kobj, &video_group);
}

static const struct port_mode video = { .enter = video_enter, .leave = video_leave };

static void port_switch(struct port *p, const struct port_mode *to)
{
	if (p->mode == to)
		return;
	if (p->mode)
		p->mode->leave(p);
	p->mode = to && !to->enter(p) ? to : NULL;
}

static void port_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, work);

	mutex_lock(&p->lock);
	port_switch(p, p->wanted);
	mutex_unlock(&p->lock);
}

void port_want(struct port *p, bool on)
{
	p->wanted = on ? &video : NULL;
	schedule_work(&p->work);
}
EXPORT_SYMBOL(port_want);

int port_start(struct platform_device *pdev, struct port *p)
{
	p->dev = &pdev->dev;
	mutex_init(&p->lock);
	INIT_WORK(&p->work, port_work);
	platform_set_drvdata(pdev, p);
	return 0;
}
EXPORT_SYMBOL(port_start);

void port_stop(struct port *p)
{
	cancel_work_sync(&p->work);
	if (p->mode)
		p->mode->leave(p);
}
EXPORT_SYMBOL(port_stop);
