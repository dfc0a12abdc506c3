// correct
struct lamp { struct led_classdev cdev; struct mutex lock; struct gpio_desc *pin; bool slow; };
static void lamp_show(struct lamp *l, int on)
{
	if (!l->slow) {
		gpiod_set_value(l->pin, on);
		return;
	}
	mutex_lock(&l->lock);
	gpiod_set_value_cansleep(l->pin, on);
	mutex_unlock(&l->lock);
}
static void lamp_set(struct led_classdev *cdev, enum led_brightness b)
{
	lamp_show(container_of(cdev, struct lamp, cdev), b != LED_OFF);
}
static int lamp_set_blocking(struct led_classdev *cdev, enum led_brightness b)
{
	lamp_set(cdev, b);
	return 0;
}
int lamp_probe(struct device *dev, struct lamp *l)
{
	mutex_init(&l->lock);
	if (l->slow)
		l->cdev.brightness_set_blocking = lamp_set_blocking;
	else
		l->cdev.brightness_set = lamp_set;
	return devm_led_classdev_register(dev, &l->cdev);
}
EXPORT_SYMBOL(lamp_probe);
