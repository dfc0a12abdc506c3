// a mistake: sleep-in-atomic
// The function of the file takes a mutex like the kernel's function of that name.
static DEFINE_SPINLOCK(clock_lock);
static DEFINE_MUTEX(tree_lock);

struct clk {
	struct clk *parent;
	unsigned long rate;
};

struct clk *clk_get_parent(struct clk *clk)
{
	struct clk *parent;

	mutex_lock(&tree_lock);
	parent = clk->parent;
	mutex_unlock(&tree_lock);
	return parent;
}

long clk_measure(struct clk *clk)
{
	long rate;

	spin_lock(&clock_lock);
	rate = clk_get_parent(clk)->rate;
	spin_unlock(&clock_lock);
	return rate;
}
