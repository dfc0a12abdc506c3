// a mistake: wait-deadlock
// The thread takes table_sem for writing before it can wake the reader that waits.
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/wait.h>
#include <linux/kthread.h>

static DECLARE_RWSEM(table_sem);
static DECLARE_WAIT_QUEUE_HEAD(table_wait);
static int generation, wanted;

static int refresh_entries(void)
{
	down_write(&table_sem);
	generation++;
	up_write(&table_sem);
	return 0;
}

static void refresh_all(void)
{
	if (refresh_entries())
		pr_warn("failed\n");
	wake_up(&table_wait);
}

static int refresher(void *unused)
{
	while (!kthread_should_stop())
		refresh_all();
	return 0;
}

int table_lookup(int key)
{
	int ret;

	down_read(&table_sem);
	wanted = key;
	wait_event(table_wait, generation >= wanted);
	ret = generation;
	up_read(&table_sem);
	return ret;
}
EXPORT_SYMBOL(table_lookup);

static int __init table_init(void)
{
	kthread_run(refresher, NULL, "refresh");
	return 0;
}
module_init(table_init);
MODULE_LICENSE("GPL");
