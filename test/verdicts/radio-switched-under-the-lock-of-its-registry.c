// a mistake: lock-order-cycle
// set_block() is called under rfkill_global_mutex, which rfkill_unregister() takes.
struct radio {
	struct mutex lock;
	struct rfkill *rfkill;
	bool blocked;
};

static int radio_set_block(void *data, bool blocked)
{
	struct radio *radio = data;

	mutex_lock(&radio->lock);
	radio->blocked = blocked;
	mutex_unlock(&radio->lock);
	return 0;
}

static const struct rfkill_ops radio_ops = { .set_block = radio_set_block };

static void radio_forget(struct radio *radio)
{
	if (radio->rfkill) {
		rfkill_unregister(radio->rfkill);
		rfkill_destroy(radio->rfkill);
	}
}

void radio_remove(struct radio *radio)
{
	mutex_lock(&radio->lock);
	radio_forget(radio);
	mutex_unlock(&radio->lock);
}
EXPORT_SYMBOL(radio_remove);

int radio_add(struct radio *radio, struct device *dev)
{
	radio->rfkill = rfkill_alloc("radio", dev, RFKILL_TYPE_NFC, &radio_ops, radio);
	return radio->rfkill ? rfkill_register(radio->rfkill) : -ENOMEM;
}
EXPORT_SYMBOL(radio_add);
