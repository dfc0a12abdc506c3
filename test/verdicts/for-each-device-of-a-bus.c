// a mistake: self-deadlock
extern struct bus_type foo_bus;
static DEFINE_MUTEX(lock);
static int n;
static int one(struct device *dev, void *data)
{
	mutex_lock(&lock);
	n++;
	mutex_unlock(&lock);
	return 0;
}
void rescan(void)
{
	mutex_lock(&lock);
	bus_for_each_dev(&foo_bus, NULL, NULL, one);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(rescan);
