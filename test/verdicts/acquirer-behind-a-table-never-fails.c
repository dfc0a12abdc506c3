// correct
struct c;
struct c_ops { int (*lock)(struct c *c); void (*unlock)(struct c *c); };
struct c { struct mutex lock; int n; const struct c_ops *ops; };
static int m_lock(struct c *c)
{
	mutex_lock(&c->lock);
	return 0;
}
static void m_unlock(struct c *c)
{
	mutex_unlock(&c->lock);
}
static const struct c_ops m_ops = { .lock = m_lock, .unlock = m_unlock };
int c_reset(struct c *c)
{
	int ret = c->ops->lock(c);

	if (ret)
		return ret;
	c->n++;
	c->ops->unlock(c);
	return 0;
}
void c_init(struct c *c)
{
	mutex_init(&c->lock);
	c->ops = &m_ops;
}
