// a mistake: wait-deadlock
struct plot {
	struct kobject kobj;
	struct mutex lock;
	int limit;
};

static ssize_t limit_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	struct plot *zone = container_of(kobj, struct plot, kobj);

	mutex_lock(&zone->lock);
	zone->limit = 1;
	mutex_unlock(&zone->lock);
	return count;
}
static struct kobj_attribute limit_attribute = __ATTR_WO(limit);

int zone_add(struct plot *zone)
{
	mutex_init(&zone->lock);
	return sysfs_create_file(&zone->kobj, &limit_attribute.attr);
}
EXPORT_SYMBOL_GPL(zone_add);

void zone_remove(struct plot *zone)
{
	mutex_lock(&zone->lock);
	zone->limit = 0;
	kobject_del(&zone->kobj);
	mutex_unlock(&zone->lock);
}
EXPORT_SYMBOL_GPL(zone_remove);
