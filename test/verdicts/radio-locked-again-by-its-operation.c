// a mistake: self-deadlock
// start_ap() is called under the mutex of the radio.
static int air_start_ap(struct wiphy *wiphy, struct net_device *dev, struct cfg80211_ap_settings *settings)
{
	wiphy_lock(wiphy);
	netif_carrier_on(dev);
	wiphy_unlock(wiphy);
	return 0;
}

const struct cfg80211_ops air_ops = { .start_ap = air_start_ap };
