// correct
struct gate { struct clk_hw hw; struct mutex lock; int on; };
static int gate_prepare(struct clk_hw *hw)
{
	struct gate *g = container_of(hw, struct gate, hw);

	mutex_lock(&g->lock);
	g->on = 1;
	mutex_unlock(&g->lock);
	return 0;
}
static void gate_disable(struct clk_hw *hw)
{
	struct gate *g = container_of(hw, struct gate, hw);

	g->on = 0;
}
static const struct clk_ops gate_ops = { .prepare = gate_prepare, .disable = gate_disable };
static struct clk_init_data init = { .name = "gate", .ops = &gate_ops };
int gate_probe(struct device *dev, struct gate *g)
{
	mutex_init(&g->lock);
	g->hw.init = &init;
	return devm_clk_hw_register(dev, &g->hw);
}
EXPORT_SYMBOL(gate_probe);
