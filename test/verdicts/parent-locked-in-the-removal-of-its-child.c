// correct
// The parent's lock is another one.
static void port_remove(struct platform_device *pdev)
{
	device_lock(pdev->dev.parent);
	platform_set_drvdata(pdev, NULL);
	device_unlock(pdev->dev.parent);
}

static struct platform_driver port_driver = { .remove = port_remove, .driver = { .name = "port" } };
module_platform_driver(port_driver);
