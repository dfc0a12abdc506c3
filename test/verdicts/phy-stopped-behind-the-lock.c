// correct
struct mac {
	struct net_device *dev;
	struct phy_device *phy;
	struct mutex lock;
	int speed;
};

static void mac_link_changed(struct net_device *dev)
{
	struct mac *mac = netdev_priv(dev);

	mutex_lock(&mac->lock);
	mac->speed = mac->phy->speed;
	mutex_unlock(&mac->lock);
}

void mac_halt(struct mac *mac)
{
	mutex_lock(&mac->lock);
	mac->speed = 0;
	mutex_unlock(&mac->lock);
	phy_stop(mac->phy);
}
EXPORT_SYMBOL(mac_halt);

int mac_attach(struct mac *mac, const char *id)
{
	mac->phy = phy_connect(mac->dev, id, mac_link_changed, PHY_INTERFACE_MODE_RGMII);
	return PTR_ERR_OR_ZERO(mac->phy);
}
EXPORT_SYMBOL(mac_attach);
