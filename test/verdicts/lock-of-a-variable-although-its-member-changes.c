// correct
#include <linux/spinlock.h>

struct ctx { raw_spinlock_t lock; int n; };
struct cpuctx { raw_spinlock_t lock; struct ctx *task_ctx; };

static void ctx_unlock(struct cpuctx *c, struct ctx *task)
{
	if (task)
		raw_spin_unlock(&task->lock);
	raw_spin_unlock(&c->lock);
}

static void ctx_sched(struct cpuctx *c, struct ctx *task)
{
	c->task_ctx = NULL;
	if (task)
		task->n++;
}

void ctx_install(struct cpuctx *c)
{
	struct ctx *task = c->task_ctx;

	raw_spin_lock(&c->lock);
	if (task)
		raw_spin_lock(&task->lock);
	ctx_sched(c, task);
	ctx_unlock(c, task);
}
