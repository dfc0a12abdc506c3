// correct
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct rack {
	struct kobject kobj;
	struct mutex lock;
	struct list_head entry;
	bool gone;
};

struct crate {
	struct kobject kobj;
	struct mutex lock;
	struct rack *rack;
};

static void rack_release(struct kobject *kobj)
{
	struct rack *r = container_of(kobj, struct rack, kobj);

	kfree(r);
}

static struct kobj_type rack_type = {
	.release = rack_release,
};

int rack_add(struct rack *r, struct kobject *parent)
{
	mutex_init(&r->lock);
	return kobject_init_and_add(&r->kobj, &rack_type, parent, "rack");
}

/* A reference of its own keeps the rack until the lock is released. */
void rack_remove(struct rack *r)
{
	kobject_get(&r->kobj);
	mutex_lock(&r->lock);
	if (!r->gone) {
		r->gone = true;
		list_del(&r->entry);
		kobject_put(&r->kobj);
	}
	mutex_unlock(&r->lock);
	kobject_put(&r->kobj);
}

/* The lock is that of the crate, which stays. */
void crate_empty(struct crate *c)
{
	struct rack *r;

	mutex_lock(&c->lock);
	r = c->rack;
	c->rack = NULL;
	list_del(&r->entry);
	kobject_put(&r->kobj);
	mutex_unlock(&c->lock);
}
