// correct
struct gate { struct clk_hw hw; struct mutex lock; bool on; };

static void gate_unprepare_unused(struct clk_hw *hw)
{
	struct gate *gate = container_of(hw, struct gate, hw);

	mutex_lock(&gate->lock);
	gate->on = false;
	mutex_unlock(&gate->lock);
}

const struct clk_ops gate_ops = { .unprepare_unused = gate_unprepare_unused };
