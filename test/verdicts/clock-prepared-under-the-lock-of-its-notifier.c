// a mistake: lock-order-cycle
// The notifier is called under the lock of the clocks, which clk_prepare_enable() takes.
static DEFINE_MUTEX(scaler_lock);
static unsigned int scaler_users;
static bool scaler_slow;

static int scaler_changed(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&scaler_lock);
	scaler_slow = scaler_users == 0;
	mutex_unlock(&scaler_lock);
	return NOTIFY_DONE;
}

static struct notifier_block scaler_nb = { .notifier_call = scaler_changed };

int scaler_get(struct clk *clk)
{
	int err = 0;

	mutex_lock(&scaler_lock);
	if (scaler_users++ == 0)
		err = clk_prepare_enable(clk);
	mutex_unlock(&scaler_lock);
	return err;
}
EXPORT_SYMBOL(scaler_get);

int scaler_init(struct device *dev, struct clk *clk)
{
	return devm_clk_notifier_register(dev, clk, &scaler_nb);
}
EXPORT_SYMBOL(scaler_init);
