// a mistake: self-deadlock
// suspend() is called under the lock of its device.
static int probe_suspend(struct device *dev)
{
	if (!device_may_wakeup(dev))
		device_release_driver(dev);
	return 0;
}

static const struct dev_pm_ops probe_pm = { .suspend = probe_suspend };
struct platform_driver probe_driver = { .driver = { .name = "probe", .pm = &probe_pm } };
