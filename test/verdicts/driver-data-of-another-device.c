// correct
// A port takes the lock of its parent, which is another device's data.
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>

struct port {
	struct mutex lock;
	struct device *parent;
	int users;
};

static int port_open(struct device *dev)
{
	struct port *port = dev_get_drvdata(dev);

	mutex_lock(&port->lock);
	port->users++;
	mutex_unlock(&port->lock);
	return 0;
}

int port_open_both(struct platform_device *pdev)
{
	struct port *port = platform_get_drvdata(pdev);
	int ret;

	mutex_lock_nested(&port->lock, 1);
	ret = port_open(port->parent);
	mutex_unlock(&port->lock);
	return ret;
}
