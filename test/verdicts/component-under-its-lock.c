// a mistake: wait-deadlock
static DEFINE_MUTEX(lock);
static int n;
static int my_bind(struct device *dev, struct device *master, void *data)
{
	mutex_lock(&lock);
	n++;
	mutex_unlock(&lock);
	return 0;
}
static const struct component_ops ops = { .bind = my_bind };
int start(struct device *dev)
{
	int ret;

	mutex_lock(&lock);
	ret = component_add(dev, &ops);
	mutex_unlock(&lock);
	return ret;
}
EXPORT_SYMBOL(start);
