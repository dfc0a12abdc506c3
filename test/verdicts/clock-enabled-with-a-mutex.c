// a mistake: sleep-in-atomic
struct c { struct clk_hw hw; struct mutex lock; int on; };
static int c_enable(struct clk_hw *hw)
{
	struct c *c = container_of(hw, struct c, hw);

	mutex_lock(&c->lock);
	c->on = 1;
	mutex_unlock(&c->lock);
	return 0;
}
static const struct clk_ops c_ops = { .enable = c_enable };
static struct clk_init_data init = { .name = "c", .ops = &c_ops };
int c_probe(struct device *dev, struct c *c)
{
	mutex_init(&c->lock);
	c->hw.init = &init;
	return devm_clk_hw_register(dev, &c->hw);
}
EXPORT_SYMBOL(c_probe);
