// correct
struct c { struct mutex lock; int n; };
static int c_lock(struct c *c)
{
	mutex_lock(&c->lock);
	c->n = 1;
	return 0;
}
static void c_unlock(struct c *c)
{
	mutex_unlock(&c->lock);
}
int c_reset(struct c *c)
{
	int ret = c_lock(c);

	if (ret) {
		pr_warn("failed %d\n", ret);
		return ret;
	}
	c->n++;
	c_unlock(c);
	return 0;
}
