// a mistake: lock-order-cycle
static DEFINE_MUTEX(cfg_lock);
static DEFINE_MUTEX(dev_lock);
static DEFINE_MUTEX(io_lock);
static int users;
static ssize_t cfg_store(struct device *d, struct device_attribute *a, const char *b, size_t n)
{
	mutex_lock(&cfg_lock);
	mutex_lock(&dev_lock);
	users++;
	mutex_unlock(&dev_lock);
	mutex_unlock(&cfg_lock);
	return n;
}
static DEVICE_ATTR_WO(cfg);
static int dev_open(struct inode *i, struct file *f)
{
	mutex_lock(&dev_lock);
	mutex_lock(&io_lock);
	users++;
	mutex_unlock(&io_lock);
	mutex_unlock(&dev_lock);
	return 0;
}
static long dev_ioctl(struct file *f, unsigned int cmd, unsigned long arg)
{
	mutex_lock(&io_lock);
	mutex_lock(&cfg_lock);
	users--;
	mutex_unlock(&cfg_lock);
	mutex_unlock(&io_lock);
	return 0;
}
static const struct file_operations dev_fops = { .open = dev_open, .unlocked_ioctl = dev_ioctl };
