// a mistake: wait-deadlock
// ndo_stop() is called with rtnl_mutex held, and the work that it waits for takes it.
struct port {
	struct net_device *dev;
	struct work_struct reset;
};

static void port_reset(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, reset);

	rtnl_lock();
	if (netif_running(port->dev))
		netif_carrier_off(port->dev);
	rtnl_unlock();
}

static void port_quiesce(struct port *port)
{
	cancel_work_sync(&port->reset);
}

static int port_stop(struct net_device *dev)
{
	struct port *port = netdev_priv(dev);

	netif_stop_queue(dev);
	port_quiesce(port);
	return 0;
}

static const struct net_device_ops port_ops = { .ndo_stop = port_stop };

void port_setup(struct port *port)
{
	INIT_WORK(&port->reset, port_reset);
	port->dev->netdev_ops = &port_ops;
}
EXPORT_SYMBOL(port_setup);
