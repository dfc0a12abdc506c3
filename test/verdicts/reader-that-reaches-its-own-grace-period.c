// a mistake: wait-deadlock
//- hooks.h
struct hook {
	struct list_head node;
	unsigned int flags;
	int calls;
};

void hook_remove(struct hook *h);
void hook_expire(struct hook *h);

//- hooks.c
#include "hooks.h"

DEFINE_STATIC_SRCU(hooks_srcu);
static DEFINE_MUTEX(hooks_mutex);
static LIST_HEAD(hooks);

void hook_remove(struct hook *h)
{
	mutex_lock(&hooks_mutex);
	list_del_rcu(&h->node);
	mutex_unlock(&hooks_mutex);
	synchronize_srcu(&hooks_srcu);
	kfree(h);
}

static void hook_run(struct hook *h)
{
	h->calls++;
	if (h->flags & 1)
		hook_expire(h);
}

void hooks_call(void)
{
	struct hook *h;
	int idx;

	idx = srcu_read_lock(&hooks_srcu);
	list_for_each_entry_srcu(h, &hooks, node, srcu_read_lock_held(&hooks_srcu))
		hook_run(h);
	srcu_read_unlock(&hooks_srcu, idx);
}

//- expire.c
#include "hooks.h"

void hook_expire(struct hook *h)
{
	h->flags |= 2;
	hook_remove(h);
}
