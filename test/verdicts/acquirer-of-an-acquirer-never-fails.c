// correct
struct c { struct mutex lock; int n; };
#define C_OK 0
static int c_lock(struct c *c)
{
	mutex_lock(&c->lock);
	return C_OK;
}
static inline int c_get(struct c *c)
{
	return c_lock(c);
}
int c_reset(struct c *c)
{
	int ret;

	ret = c_get(c);
	if (ret != C_OK)
		goto out;
	c->n++;
	mutex_unlock(&c->lock);
out:
	return ret;
}
