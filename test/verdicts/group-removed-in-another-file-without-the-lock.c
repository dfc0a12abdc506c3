// correct
// The lock is released before the group goes.
//- torch.h
struct torch { struct device *dev; struct mutex lock; int level; void (*hide)(struct torch *l); };
void torch_bind(struct torch *l);
int torch_level(struct torch *l);
//- torch.c
#include "torch.h"

int torch_level(struct torch *l)
{
	int level;

	mutex_lock(&l->lock);
	level = l->level;
	mutex_unlock(&l->lock);
	return level;
}
void torch_off(struct torch *l)
{
	mutex_lock(&l->lock);
	l->level = 0;
	mutex_unlock(&l->lock);
	l->hide(l);
}
EXPORT_SYMBOL(torch_off);
//- view.c
#include "torch.h"

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", torch_level(dev_get_drvdata(dev)));
}
static DEVICE_ATTR_RO(level);
static struct attribute *torch_attrs[] = { &dev_attr_level.attr, NULL };
static const struct attribute_group torch_group = { .attrs = torch_attrs };

static void view_hide(struct torch *l)
{
	sysfs_remove_group(&l->dev->kobj, &torch_group);
}
void torch_bind(struct torch *l)
{
	l->hide = view_hide;
}
