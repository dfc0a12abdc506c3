// correct
struct lane { struct kobject kobj; struct mutex lock; int width; };
struct lane_attr { struct attribute attr; ssize_t (*read)(struct lane *l, char *buf); };
static ssize_t width_read(struct lane *l, char *buf)
{
	int width;

	mutex_lock(&l->lock);
	width = l->width;
	mutex_unlock(&l->lock);
	return sysfs_emit(buf, "%d\n", width);
}
static struct lane_attr width_attr = { .attr = { .name = "width", .mode = 0444 }, .read = width_read };
static struct attribute *lane_attrs[] = { &width_attr.attr, NULL };
ATTRIBUTE_GROUPS(lane);
static ssize_t lane_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct lane *l = container_of(kobj, struct lane, kobj);
	struct lane_attr *a = container_of(attr, struct lane_attr, attr);

	return a->read(l, buf);
}
static const struct sysfs_ops lane_sysfs = { .show = lane_attr_show };
static const struct kobj_type lane_type = { .sysfs_ops = &lane_sysfs, .default_groups = lane_groups };
int lane_add(struct lane *l, struct kobject *parent)
{
	mutex_init(&l->lock);
	return kobject_init_and_add(&l->kobj, &lane_type, parent, "lane");
}
void lane_del(struct lane *l)
{
	mutex_lock(&l->lock);
	l->width = 0;
	mutex_unlock(&l->lock);
	kobject_del(&l->kobj);
}
