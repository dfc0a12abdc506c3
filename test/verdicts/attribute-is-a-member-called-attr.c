// a mistake: wait-deadlock
struct dial {
	struct device *dev;
	struct device_attribute attr;
	struct mutex lock;
	int value;
};

static ssize_t dial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct dial *dial = container_of(attr, struct dial, attr);
	int value;

	mutex_lock(&dial->lock);
	value = dial->value;
	mutex_unlock(&dial->lock);
	return sysfs_emit(buf, "%d\n", value);
}

int dial_add(struct dial *dial)
{
	mutex_init(&dial->lock);
	sysfs_attr_init(&dial->attr.attr);
	dial->attr.show = dial_show;
	return device_create_file(dial->dev, &dial->attr);
}
EXPORT_SYMBOL_GPL(dial_add);

void dial_remove(struct dial *dial)
{
	mutex_lock(&dial->lock);
	device_remove_file(dial->dev, &dial->attr);
	mutex_unlock(&dial->lock);
}
EXPORT_SYMBOL_GPL(dial_remove);
