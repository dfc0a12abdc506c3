// a mistake: lock-order-cycle
// The notifier is called under the lock of the clocks, which clk_set_rate() takes.
struct baud {
	struct clk *clk;
	struct notifier_block nb;
	struct mutex lock;
	unsigned long rate;
};

static int baud_changed(struct notifier_block *nb, unsigned long event, void *data)
{
	struct baud *baud = container_of(nb, struct baud, nb);
	struct clk_notifier_data *change = data;

	mutex_lock(&baud->lock);
	if (event == POST_RATE_CHANGE)
		baud->rate = change->new_rate;
	mutex_unlock(&baud->lock);
	return NOTIFY_OK;
}

int baud_set(struct baud *baud, unsigned long rate)
{
	int err;

	mutex_lock(&baud->lock);
	err = clk_set_rate(baud->clk, rate);
	mutex_unlock(&baud->lock);
	return err;
}
EXPORT_SYMBOL(baud_set);

int baud_init(struct baud *baud)
{
	mutex_init(&baud->lock);
	baud->nb.notifier_call = baud_changed;
	return clk_notifier_register(baud->clk, &baud->nb);
}
EXPORT_SYMBOL(baud_init);
