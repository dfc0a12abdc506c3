// a mistake: wait-deadlock
static DEFINE_MUTEX(lock);
static int n;
static int my_connect(struct input_handler *h, struct input_dev *dev, const struct input_device_id *id)
{
	mutex_lock(&lock);
	n++;
	mutex_unlock(&lock);
	return 0;
}
static struct input_handler handler = { .connect = my_connect, .name = "x" };
int start(void)
{
	int ret;

	mutex_lock(&lock);
	ret = input_register_handler(&handler);
	mutex_unlock(&lock);
	return ret;
}
EXPORT_SYMBOL(start);
