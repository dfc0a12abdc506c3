// correct
// The work only tries the lock; another one is awaited where the caller's lock is released for it.
struct port {
	struct net_device *dev;
	struct work_struct reset;
	struct work_struct report;
};

static void port_reset(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, reset);

	if (!rtnl_trylock()) {
		schedule_work(work);
		return;
	}
	netif_carrier_off(port->dev);
	rtnl_unlock();
}

static void port_report(struct work_struct *work)
{
	struct port *port = container_of(work, struct port, report);

	rtnl_lock();
	netdev_info(port->dev, "up");
	rtnl_unlock();
}

static int port_stop(struct net_device *dev)
{
	struct port *port = netdev_priv(dev);

	cancel_work_sync(&port->reset);
	rtnl_unlock();
	cancel_work_sync(&port->report);
	rtnl_lock();
	return 0;
}

static const struct net_device_ops port_ops = { .ndo_stop = port_stop };

void port_remove(struct port *port)
{
	cancel_work_sync(&port->report);
	unregister_netdev(port->dev);
}
EXPORT_SYMBOL(port_remove);

void port_setup(struct port *port)
{
	INIT_WORK(&port->reset, port_reset);
	INIT_WORK(&port->report, port_report);
	port->dev->netdev_ops = &port_ops;
}
EXPORT_SYMBOL(port_setup);
