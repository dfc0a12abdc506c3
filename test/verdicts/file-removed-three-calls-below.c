// a mistake: wait-deadlock
struct fan { struct device *dev; struct mutex lock; int speed; };
static ssize_t speed_show(struct device *dev, struct device_attribute *a, char *buf)
{
	struct fan *f = dev_get_drvdata(dev);
	int speed;

	mutex_lock(&f->lock);
	speed = f->speed;
	mutex_unlock(&f->lock);
	return sysfs_emit(buf, "%d\n", speed);
}
static DEVICE_ATTR_RO(speed);
static void fan_files(struct fan *f)
{
	device_remove_file(f->dev, &dev_attr_speed);
}
static void fan_stop(struct fan *f)
{
	fan_files(f);
}
void fan_remove(struct fan *f)
{
	mutex_lock(&f->lock);
	f->speed = 0;
	fan_stop(f);
	mutex_unlock(&f->lock);
}
