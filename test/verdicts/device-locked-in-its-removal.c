// a mistake: self-deadlock
// remove() is called under the lock of its device.
static void port_remove(struct platform_device *pdev)
{
	device_lock(&pdev->dev);
	platform_set_drvdata(pdev, NULL);
	device_unlock(&pdev->dev);
}

static struct platform_driver port_driver = { .remove = port_remove, .driver = { .name = "port" } };
module_platform_driver(port_driver);
