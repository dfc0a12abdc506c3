// a mistake: lock-order-cycle
// prepare() is called under the lock of the clocks, which clk_prepare_enable() takes.
struct divider {
	struct clk_hw hw;
	struct clk *parent;
};
static DEFINE_MUTEX(divider_lock);
static int divider_users;

static int divider_prepare(struct clk_hw *hw)
{
	mutex_lock(&divider_lock);
	divider_users++;
	mutex_unlock(&divider_lock);
	return 0;
}

const struct clk_ops divider_ops = { .prepare = divider_prepare };

int divider_reset(struct divider *divider)
{
	int err;

	mutex_lock(&divider_lock);
	err = clk_prepare_enable(divider->parent);
	divider_users = 0;
	mutex_unlock(&divider_lock);
	return err;
}
EXPORT_SYMBOL(divider_reset);
