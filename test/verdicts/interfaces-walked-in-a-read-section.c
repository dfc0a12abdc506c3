// a mistake: sleep-in-atomic
// The walk calls its function in an RCU read-side critical section.
struct radio { struct ieee80211_hw *hw; struct mutex conf; int active; };

static void radio_count(void *data, u8 *mac, struct ieee80211_vif *vif)
{
	struct radio *radio = data;

	mutex_lock(&radio->conf);
	radio->active++;
	mutex_unlock(&radio->conf);
}

void radio_recount(struct radio *radio)
{
	radio->active = 0;
	ieee80211_iterate_active_interfaces_atomic(radio->hw, IEEE80211_IFACE_ITER_NORMAL, radio_count, radio);
}
EXPORT_SYMBOL(radio_recount);
