// correct
// The task that holds the lock of the clocks may take it again.
struct divider {
	struct clk_hw hw;
	struct clk *parent;
};

static int divider_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	struct divider *divider = container_of(hw, struct divider, hw);

	return clk_set_rate(divider->parent, rate * 2);
}

static int divider_enable(struct clk_hw *hw)
{
	struct divider *divider = container_of(hw, struct divider, hw);

	return clk_enable(divider->parent);
}

const struct clk_ops divider_ops = { .set_rate = divider_set_rate, .enable = divider_enable };
