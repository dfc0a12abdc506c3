// a mistake: lock-order-cycle
// ndo_open() is called with rtnl_mutex held; a work item takes the two locks the other way round.
struct port {
	struct net_device *dev;
	struct mutex lock;
	struct work_struct reset;
	int up;
};

static int port_open(struct net_device *dev)
{
	struct port *port = netdev_priv(dev);

	mutex_lock(&port->lock);
	port->up = 1;
	mutex_unlock(&port->lock);
	return 0;
}

static const struct net_device_ops port_ops = { .ndo_open = port_open };

static void port_reset(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, reset);

	mutex_lock(&port->lock);
	rtnl_lock();
	if (port->up)
		dev_close(port->dev);
	rtnl_unlock();
	mutex_unlock(&port->lock);
}

void port_setup(struct port *port)
{
	mutex_init(&port->lock);
	INIT_WORK(&port->reset, port_reset);
	port->dev->netdev_ops = &port_ops;
}
EXPORT_SYMBOL(port_setup);
