// correct
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct group { struct kref ref; struct list_head entry; };
static DEFINE_MUTEX(groups_lock);
static LIST_HEAD(groups);

static void group_unlink(struct group *g)
{
	list_del(&g->entry);
	mutex_unlock(&groups_lock);
}

static void group_release(struct kref *ref)
{
	struct group *g = container_of(ref, struct group, ref);

	group_unlink(g);
	kfree(g);
}

void group_put(struct group *g)
{
	kref_put_mutex(&g->ref, group_release, &groups_lock);
}

/* The caller releases the lock if the group is gone. */
static void entry_release(struct kref *ref)
{
	struct group *g = container_of(ref, struct group, ref);

	list_del(&g->entry);
}

void group_drop(struct group *g)
{
	if (kref_put_mutex(&g->ref, entry_release, &groups_lock)) {
		mutex_unlock(&groups_lock);
		kfree(g);
	}
}
