// correct
// Which of the two devices resumes goes by the pointer: the parent does.
struct hub {
	struct device *parent;
	struct mutex lock;
	int ports;
};

static int port_resume(struct device *dev)
{
	struct hub *hub = dev_get_drvdata(dev);

	mutex_lock(&hub->lock);
	hub->ports++;
	mutex_unlock(&hub->lock);
	return 0;
}

static int hub_resume(struct device *dev)
{
	return 0;
}

static const struct dev_pm_ops port_pm = { .runtime_resume = port_resume };
static const struct dev_pm_ops hub_pm = { .runtime_resume = hub_resume };

void hub_use(struct hub *hub)
{
	mutex_lock(&hub->lock);
	pm_runtime_get_sync(hub->parent);
	hub->ports = 0;
	mutex_unlock(&hub->lock);
}
EXPORT_SYMBOL_GPL(hub_use);
