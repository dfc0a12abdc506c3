// correct
struct lamp { struct led_classdev cdev; struct mutex lock; int level; };
static int lamp_set(struct led_classdev *cdev, enum led_brightness b)
{
	struct lamp *l = container_of(cdev, struct lamp, cdev);

	mutex_lock(&l->lock);
	l->level = b;
	mutex_unlock(&l->lock);
	return 0;
}
int lamp_probe(struct device *dev, struct lamp *l)
{
	mutex_init(&l->lock);
	l->cdev.brightness_set_blocking = lamp_set;
	return devm_led_classdev_register(dev, &l->cdev);
}
EXPORT_SYMBOL(lamp_probe);
