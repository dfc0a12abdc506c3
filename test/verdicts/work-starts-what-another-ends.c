// correct
// A migration holds the lock for reading from its start to its completion in another work item.
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct store {
	struct rw_semaphore background;
	struct workqueue_struct *wq;
	struct work_struct migrate;
	int left;
};

struct migration {
	struct work_struct work;
	struct store *store;
};

static bool background_begin(struct store *store)
{
	bool taken;

	lockdep_off();
	taken = down_read_trylock(&store->background);
	lockdep_on();
	return taken;
}

static void background_end(struct store *store)
{
	lockdep_off();
	up_read(&store->background);
	lockdep_on();
}

static void migration_complete(struct migration *migration)
{
	background_end(migration->store);
	kfree(migration);
}

static void migration_done(struct work_struct *work)
{
	migration_complete(container_of(work, struct migration, work));
}

static int migration_start(struct store *store)
{
	struct migration *migration;

	if (!background_begin(store))
		return -EPERM;
	migration = kzalloc(sizeof(*migration), GFP_NOIO | __GFP_NOFAIL);
	migration->store = store;
	INIT_WORK(&migration->work, migration_done);
	queue_work(store->wq, &migration->work);
	return 0;
}

static void migrate(struct work_struct *work)
{
	struct store *store = container_of(work, struct store, migrate);

	while (store->left-- > 0) {
		if (migration_start(store))
			break;
	}
}

int store_init(struct store *store)
{
	init_rwsem(&store->background);
	INIT_WORK(&store->migrate, migrate);
	store->wq = alloc_workqueue("store", 0, 0);
	return store->wq ? 0 : -ENOMEM;
}

void store_exit(struct store *store)
{
	cancel_work_sync(&store->migrate);
	down_write(&store->background);
	destroy_workqueue(store->wq);
}
