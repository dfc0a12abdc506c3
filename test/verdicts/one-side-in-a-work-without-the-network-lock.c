// a mistake: lock-order-cycle
// The kernel calls adapter_open() with rtnl_mutex held, but nobody holds it when the work runs.
struct adapter {
	struct mutex ring_lock;
	struct mutex link_lock;
	struct net_device *ndev;
	struct work_struct work;
};

static int adapter_open(struct net_device *dev)
{
	struct adapter *a = netdev_priv(dev);

	mutex_lock(&a->ring_lock);
	mutex_lock(&a->link_lock);
	dev->mtu = 1500;
	mutex_unlock(&a->link_lock);
	mutex_unlock(&a->ring_lock);
	return 0;
}

static void adapter_recover(struct work_struct *work)
{
	struct adapter *a = container_of(work, struct adapter, work);

	mutex_lock(&a->link_lock);
	mutex_lock(&a->ring_lock);
	a->ndev->mtu = 0;
	mutex_unlock(&a->ring_lock);
	mutex_unlock(&a->link_lock);
}

static const struct net_device_ops adapter_ops = {
	.ndo_open = adapter_open,
};

int adapter_probe(struct adapter *a)
{
	INIT_WORK(&a->work, adapter_recover);
	a->ndev->netdev_ops = &adapter_ops;
	return register_netdev(a->ndev);
}
