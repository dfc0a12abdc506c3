// correct
// The work takes the mutex of the radio first, as the callers of del_station() do.
struct air { struct wiphy *wiphy; struct mutex cmd; struct work_struct event; int stations; };

static int air_del_station(struct wiphy *wiphy, struct net_device *dev, struct station_del_parameters *params)
{
	struct air *air = wiphy_priv(wiphy);

	mutex_lock(&air->cmd);
	air->stations--;
	mutex_unlock(&air->cmd);
	return 0;
}

static const struct cfg80211_ops air_ops = { .del_station = air_del_station };

static void air_event(struct work_struct *work)
{
	struct air *air = container_of(work, struct air, event);

	wiphy_lock(air->wiphy);
	mutex_lock(&air->cmd);
	air->stations = 0;
	mutex_unlock(&air->cmd);
	wiphy_unlock(air->wiphy);
}

struct wiphy *air_new(void)
{
	struct wiphy *wiphy = wiphy_new(&air_ops, sizeof(struct air));
	struct air *air;

	if (!wiphy)
		return NULL;
	air = wiphy_priv(wiphy);
	air->wiphy = wiphy;
	mutex_init(&air->cmd);
	INIT_WORK(&air->event, air_event);
	return wiphy;
}
EXPORT_SYMBOL_GPL(air_new);
