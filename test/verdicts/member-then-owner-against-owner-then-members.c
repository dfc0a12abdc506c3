// a mistake: lock-order-cycle
#include <linux/mutex.h>
#include <linux/list.h>
struct grp { struct mutex lock; struct grp *owner; struct list_head members; struct list_head entry; int w; };
void grp_add(struct grp *g, struct grp *m)
{
	mutex_lock(&g->lock);
	m->owner = g;
	list_add(&m->entry, &g->members);
	mutex_unlock(&g->lock);
}
void grp_scale(struct grp *g, int w)
{
	struct grp *m;
	mutex_lock(&g->lock);
	list_for_each_entry(m, &g->members, entry) {
		mutex_lock_nested(&m->lock, SINGLE_DEPTH_NESTING);
		m->w = w;
		mutex_unlock(&m->lock);
	}
	mutex_unlock(&g->lock);
}
void grp_leave(struct grp *m)
{
	struct grp *g = m->owner;
	mutex_lock(&m->lock);
	mutex_lock_nested(&g->lock, SINGLE_DEPTH_NESTING);
	list_del(&m->entry);
	m->owner = NULL;
	mutex_unlock(&g->lock);
	mutex_unlock(&m->lock);
}
