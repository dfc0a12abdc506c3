// a mistake: wait-deadlock
// The group is static in the file that removes it, which the file of the lock does not see.
//- lamp.h
struct lamp { struct device *dev; struct mutex lock; int level; void (*hide)(struct lamp *l); };
void lamp_bind(struct lamp *l);
int lamp_level(struct lamp *l);
//- lamp.c
#include "lamp.h"

int lamp_level(struct lamp *l)
{
	int level;

	mutex_lock(&l->lock);
	level = l->level;
	mutex_unlock(&l->lock);
	return level;
}
void lamp_off(struct lamp *l)
{
	mutex_lock(&l->lock);
	l->level = 0;
	l->hide(l);
	mutex_unlock(&l->lock);
}
EXPORT_SYMBOL(lamp_off);
//- view.c
#include "lamp.h"

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", lamp_level(dev_get_drvdata(dev)));
}
static DEVICE_ATTR_RO(level);
static struct attribute *lamp_attrs[] = { &dev_attr_level.attr, NULL };
static const struct attribute_group lamp_group = { .attrs = lamp_attrs };

static void view_hide(struct lamp *l)
{
	sysfs_remove_group(&l->dev->kobj, &lamp_group);
}
void lamp_bind(struct lamp *l)
{
	l->hide = view_hide;
}
