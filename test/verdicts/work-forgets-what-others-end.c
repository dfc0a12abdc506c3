// a mistake: missing-unlock
// A worker that gives up early forgets the lock; what else releases it does so for its own callers.
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct pool {
	struct mutex lock;
	struct work_struct refill;
	int pages;
	int users;
};

static void pool_release(struct pool *pool)
{
	pool->users--;
	mutex_unlock(&pool->lock);
}

int pool_take(struct pool *pool)
{
	mutex_lock(&pool->lock);
	pool->users++;
	pool->pages--;
	pool_release(pool);
	return 0;
}

static void pool_refill(struct work_struct *work)
{
	struct pool *pool = container_of(work, struct pool, refill);

	mutex_lock(&pool->lock);
	if (pool->users == 0)
		return;
	pool->pages += 4;
	mutex_unlock(&pool->lock);
}

void pool_init(struct pool *pool)
{
	mutex_init(&pool->lock);
	INIT_WORK(&pool->refill, pool_refill);
}
