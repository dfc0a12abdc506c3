// a mistake: irq-inversion
// poll() takes the lock of both rings through one helper; only that of the second is taken elsewhere.
struct pair_ring {
	spinlock_t lock;
	unsigned int done, usecs;
};

struct pair_nic {
	struct napi_struct napi;
	struct pair_ring tx, rx;
};

static int pair_clean(struct pair_ring *ring)
{
	int done;

	spin_lock(&ring->lock);
	done = ring->done;
	ring->done = 0;
	spin_unlock(&ring->lock);
	return done;
}

static int pair_poll(struct napi_struct *napi, int budget)
{
	struct pair_nic *nic = container_of(napi, struct pair_nic, napi);

	pair_clean(&nic->tx);
	return pair_clean(&nic->rx);
}

static int pair_set_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			     struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *ack)
{
	struct pair_nic *nic = netdev_priv(dev);

	spin_lock(&nic->rx.lock);
	nic->rx.usecs = ec->rx_coalesce_usecs;
	spin_unlock(&nic->rx.lock);
	return 0;
}

static const struct ethtool_ops pair_ethtool_ops = { .set_coalesce = pair_set_coalesce };

int pair_probe(struct net_device *dev)
{
	struct pair_nic *nic = netdev_priv(dev);

	dev->ethtool_ops = &pair_ethtool_ops;
	netif_napi_add(dev, &nic->napi, pair_poll);
	return register_netdev(dev);
}
