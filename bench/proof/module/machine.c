// SPDX-License-Identifier: MIT
/*
 * Half of a driver with a deadlock in it: selling takes the shelf's lock and then the till's, collecting (in
 * service.c) the other way round. No file shows both, and each is right by itself.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "vending.h"

struct vending machine;
static struct kobject *vending_kobj;

static unsigned int vending_put_coin(struct vending *m)
{
	unsigned int coins;

	mutex_lock(&m->till_lock);
	coins = ++m->coins;
	mutex_unlock(&m->till_lock);
	return coins;
}

static int vending_sell(struct vending *m)
{
	unsigned int coins;

	mutex_lock(&m->shelf_lock);
	if (m->bottles == 0) {
		mutex_unlock(&m->shelf_lock);
		return -ENOENT;
	}
	msleep(50);
	coins = vending_put_coin(m);
	m->bottles--;
	mutex_unlock(&m->shelf_lock);
	pr_debug("%u coins\n", coins);
	return 0;
}

static ssize_t sell_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	int err = vending_sell(&machine);

	return err ? err : count;
}

static ssize_t collect_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	int err = vending_collect(&machine);

	return err ? err : count;
}

static ssize_t coins_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", vending_count_coins(&machine));
}

static struct kobj_attribute sell_attribute = __ATTR_WO(sell);
static struct kobj_attribute collect_attribute = __ATTR_WO(collect);
static struct kobj_attribute coins_attribute = __ATTR_RO(coins);

static struct attribute *vending_attributes[] = {
	&sell_attribute.attr,
	&collect_attribute.attr,
	&coins_attribute.attr,
	NULL,
};

static const struct attribute_group vending_group = {
	.attrs = vending_attributes,
};

static int __init vending_init(void)
{
	int err;

	mutex_init(&machine.shelf_lock);
	mutex_init(&machine.till_lock);
	machine.bottles = 1000;
	vending_kobj = kobject_create_and_add("vending", kernel_kobj);
	if (!vending_kobj)
		return -ENOMEM;
	err = sysfs_create_group(vending_kobj, &vending_group);
	if (err)
		kobject_put(vending_kobj);
	return err;
}

static void __exit vending_exit(void)
{
	sysfs_remove_group(vending_kobj, &vending_group);
	kobject_put(vending_kobj);
}

module_init(vending_init);
module_exit(vending_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Takes two locks in two orders");
