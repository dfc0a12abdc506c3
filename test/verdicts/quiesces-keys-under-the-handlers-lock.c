// a mistake: wait-deadlock
// Both ways into the helper that waits hold the lock, and its argument says which of them waits.
struct keys { int irq; struct mutex lock; int powered; };

static irqreturn_t keys_scan(int irq, void *data)
{
	struct keys *keys = data;

	mutex_lock(&keys->lock);
	keys->powered++;
	mutex_unlock(&keys->lock);
	return IRQ_HANDLED;
}

static void keys_quiesce(struct keys *keys)
{
	disable_irq(keys->irq);
}

static int keys_power(struct keys *keys, bool on)
{
	if (keys->powered == on)
		return 0;
	if (!on)
		keys_quiesce(keys);
	else
		enable_irq(keys->irq);
	keys->powered = on;
	return 0;
}

int keys_open(struct keys *keys)
{
	int ret;

	mutex_lock(&keys->lock);
	ret = keys_power(keys, true);
	mutex_unlock(&keys->lock);
	return ret;
}

void keys_close(struct keys *keys)
{
	mutex_lock(&keys->lock);
	keys_power(keys, false);
	mutex_unlock(&keys->lock);
}

int keys_probe(struct keys *keys)
{
	mutex_init(&keys->lock);
	return request_threaded_irq(keys->irq, NULL, keys_scan, IRQF_ONESHOT, "keys", keys);
}
