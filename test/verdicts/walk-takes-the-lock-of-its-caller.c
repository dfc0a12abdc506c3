// a mistake: self-deadlock
// The walk calls its function at once, under the lock that the caller holds.
struct radio { struct ieee80211_hw *hw; spinlock_t lock; int keys; };

static void radio_key(struct ieee80211_hw *hw, struct ieee80211_vif *vif, struct ieee80211_sta *sta,
		      struct ieee80211_key_conf *key, void *data)
{
	struct radio *radio = data;

	spin_lock(&radio->lock);
	radio->keys++;
	spin_unlock(&radio->lock);
}

void radio_keys(struct radio *radio)
{
	spin_lock(&radio->lock);
	radio->keys = 0;
	rcu_read_lock();
	ieee80211_iter_keys_rcu(radio->hw, NULL, radio_key, radio);
	rcu_read_unlock();
	spin_unlock(&radio->lock);
}
EXPORT_SYMBOL(radio_keys);
