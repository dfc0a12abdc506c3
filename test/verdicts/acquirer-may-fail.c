// a mistake: missing-unlock
struct c { struct mutex lock; int n; };
static int c_lock(struct c *c)
{
	mutex_lock(&c->lock);
	if (c->n)
		return -EBUSY;
	return 0;
}
int c_reset(struct c *c)
{
	int ret = c_lock(c);

	if (ret)
		return ret;
	c->n++;
	mutex_unlock(&c->lock);
	return 0;
}
