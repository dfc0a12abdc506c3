// correct
// The notifier is called by the owner of the lock of the clocks, who may take it again; the mutex comes before it nowhere.
struct baud {
	struct clk *clk, *other;
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
	if (event == POST_RATE_CHANGE)
		clk_set_rate(baud->other, change->new_rate / 2);
	return NOTIFY_OK;
}

int baud_set(struct baud *baud, unsigned long rate)
{
	int err = clk_set_rate(baud->clk, rate);

	mutex_lock(&baud->lock);
	baud->rate = rate;
	mutex_unlock(&baud->lock);
	return err;
}
EXPORT_SYMBOL(baud_set);

int baud_init(struct baud *baud)
{
	mutex_init(&baud->lock);
	baud->nb.notifier_call = baud_changed;
	return devm_clk_notifier_register(NULL, baud->clk, &baud->nb);
}
EXPORT_SYMBOL(baud_init);
