// a mistake: sleep-in-atomic
// The walk calls its function in an RCU read-side critical section, where an allocation must not wait.
struct note { struct list_head list; u8 addr[6]; };

static void note_station(void *data, struct ieee80211_sta *sta)
{
	struct list_head *notes = data;
	struct note *note = kzalloc(sizeof(*note), GFP_KERNEL);

	if (!note)
		return;
	memcpy(note->addr, sta->addr, sizeof(note->addr));
	list_add(&note->list, notes);
}

void note_stations(struct ieee80211_hw *hw, struct list_head *notes)
{
	ieee80211_iterate_stations_atomic(hw, note_station, notes);
}
EXPORT_SYMBOL(note_stations);
