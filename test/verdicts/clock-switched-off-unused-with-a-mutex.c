// a mistake: sleep-in-atomic
// Clocks without users are switched off under a spinlock.
struct gate { struct clk_hw hw; struct regmap *map; struct mutex lock; bool on; };

static void gate_disable_unused(struct clk_hw *hw)
{
	struct gate *gate = container_of(hw, struct gate, hw);

	mutex_lock(&gate->lock);
	gate->on = false;
	mutex_unlock(&gate->lock);
}

const struct clk_ops gate_ops = { .disable_unused = gate_disable_unused };
