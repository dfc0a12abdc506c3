// correct
struct c { struct mutex lock; int n; };
static bool c_lock(struct c *c)
{
	mutex_lock(&c->lock);
	return true;
}
int c_reset(struct c *c)
{
	if (!c_lock(c))
		return -EAGAIN;
	c->n++;
	mutex_unlock(&c->lock);
	return 0;
}
