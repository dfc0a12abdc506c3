// correct
struct lamp {
	struct device *dev;
	struct mutex lock;
	spinlock_t level_lock;
	int level;
};

static int lamp_suspend(struct device *dev)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	/* Nobody suspends it while it resumes. */
	mutex_lock(&lamp->lock);
	lamp->level = 0;
	mutex_unlock(&lamp->lock);
	return 0;
}

static int lamp_resume(struct device *dev)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	spin_lock(&lamp->level_lock);
	lamp->level = 1;
	spin_unlock(&lamp->level_lock);
	return 0;
}

static const struct dev_pm_ops lamp_pm = {
	RUNTIME_PM_OPS(lamp_suspend, lamp_resume, NULL)
};

void lamp_set(struct lamp *lamp)
{
	mutex_lock(&lamp->lock);
	pm_runtime_get_sync(lamp->dev);
	lamp->level++;
	pm_runtime_put_autosuspend(lamp->dev);
	mutex_unlock(&lamp->lock);
}
EXPORT_SYMBOL_GPL(lamp_set);

static struct platform_driver lamp_driver = {
	.driver = { .name = "lamp", .pm = &lamp_pm },
};
module_platform_driver(lamp_driver);
