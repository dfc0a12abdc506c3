// correct
// Tried only, the other way round only below a callback that has the lock, and in the same order.
struct port {
	struct net_device *dev;
	struct mutex lock;
	struct work_struct reset;
	int up;
};

static void port_take(struct port *port)
{
	mutex_lock(&port->lock);
	port->up = 1;
	mutex_unlock(&port->lock);
}

static int port_open(struct net_device *dev)
{
	port_take(netdev_priv(dev));
	return 0;
}

static const struct net_device_ops port_ops = { .ndo_open = port_open };

static void port_reset(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, reset);

	mutex_lock(&port->lock);
	if (rtnl_trylock()) {
		port->up = 0;
		rtnl_unlock();
	}
	mutex_unlock(&port->lock);
	rtnl_lock();
	port_take(port);
	rtnl_unlock();
}

void port_setup(struct port *port)
{
	mutex_init(&port->lock);
	INIT_WORK(&port->reset, port_reset);
	port->dev->netdev_ops = &port_ops;
}
EXPORT_SYMBOL(port_setup);
