// a mistake: held-freed
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

static DEFINE_MUTEX(racks_lock);
static LIST_HEAD(racks);

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

/* Nobody else holds a reference once the rack is off the list. */
int rack_remove_first(void)
{
	struct rack *r;

	mutex_lock(&racks_lock);
	if (list_empty(&racks)) {
		mutex_unlock(&racks_lock);
		return -ENOENT;
	}
	r = list_first_entry(&racks, struct rack, entry);
	list_del(&r->entry);
	mutex_unlock(&racks_lock);
	mutex_lock(&r->lock);
	r->gone = true;
	kobject_put(&r->kobj);
	mutex_unlock(&r->lock);
	return 0;
}
