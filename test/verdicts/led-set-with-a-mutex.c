// a mistake: sleep-in-atomic
struct myled { struct led_classdev cdev; struct mutex lock; int v; };
static void myled_set(struct led_classdev *cdev, enum led_brightness b)
{
	struct myled *l = container_of(cdev, struct myled, cdev);

	mutex_lock(&l->lock);
	l->v = b;
	mutex_unlock(&l->lock);
}
int myled_probe(struct device *dev, struct myled *l)
{
	mutex_init(&l->lock);
	l->cdev.brightness_set = myled_set;
	return devm_led_classdev_register(dev, &l->cdev);
}
EXPORT_SYMBOL(myled_probe);
