// correct
// The idle callback starts the suspend later, and keeps the last user from suspending the device itself.
struct fan {
	struct mutex lock;
	int speed;
};

static void fan_quiet(struct fan *fan)
{
	mutex_lock(&fan->lock);
	fan->speed = 0;
	mutex_unlock(&fan->lock);
}

static int fan_suspend(struct device *dev)
{
	fan_quiet(dev_get_drvdata(dev));
	return 0;
}

static int fan_resume(struct device *dev)
{
	return 0;
}

static int fan_idle(struct device *dev)
{
	pm_schedule_suspend(dev, 5000);
	return -EBUSY;
}

static DEFINE_RUNTIME_DEV_PM_OPS(fan_pm, fan_suspend, fan_resume, fan_idle);

static int fan_write(struct device *dev, enum hwmon_sensor_types type, u32 attr, int channel, long val)
{
	struct fan *fan = dev_get_drvdata(dev);

	guard(mutex)(&fan->lock);
	fan->speed = val;
	if (val == 0)
		pm_runtime_put_sync(dev);
	return 0;
}

static const struct hwmon_ops fan_ops = { .write = fan_write };

static struct i2c_driver fan_driver = {
	.driver = { .name = "fan", .pm = pm_ptr(&fan_pm) },
};
module_i2c_driver(fan_driver);
