// correct
struct disk { struct kobject kobj; struct mutex lock; int n; };
static ssize_t disk_store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t len)
{
	struct disk *d = container_of(kobj, struct disk, kobj);

	mutex_lock(&d->lock);
	d->n++;
	mutex_unlock(&d->lock);
	return len;
}
static const struct sysfs_ops disk_ops = { .store = disk_store };
static const struct kobj_type disk_type = { .sysfs_ops = &disk_ops };
void disk_add(struct disk *d) { kobject_init(&d->kobj, &disk_type); }
void disk_unbind(struct disk *d)
{
	mutex_lock(&d->lock);
	sysfs_remove_link(&d->kobj, "block");
	mutex_unlock(&d->lock);
}
