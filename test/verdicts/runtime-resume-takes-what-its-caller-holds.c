// a mistake: wait-deadlock
// pm_runtime_get_sync() calls the resume function of the driver's own device.
struct lamp {
	struct device *dev;
	struct mutex lock;
	int level;
};

static int lamp_suspend(struct device *dev)
{
	return 0;
}

static int lamp_resume(struct device *dev)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	mutex_lock(&lamp->lock);
	lamp->level = 0;
	mutex_unlock(&lamp->lock);
	return 0;
}

static const struct dev_pm_ops lamp_pm = {
	SET_SYSTEM_SLEEP_PM_OPS(pm_runtime_force_suspend, pm_runtime_force_resume)
	SET_RUNTIME_PM_OPS(lamp_suspend, lamp_resume, NULL)
};

static ssize_t level_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	mutex_lock(&lamp->lock);
	pm_runtime_get_sync(lamp->dev);
	lamp->level++;
	pm_runtime_put(lamp->dev);
	mutex_unlock(&lamp->lock);
	return count;
}
static DEVICE_ATTR_WO(level);

static struct platform_driver lamp_driver = {
	.driver = { .name = "lamp", .pm = &lamp_pm },
};
module_platform_driver(lamp_driver);
