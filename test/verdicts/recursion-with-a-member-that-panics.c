// correct
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/kernel.h>
#include <linux/delay.h>

/*
 * report, halt and the two helpers call one another. halt_radio() never returns; what unlock_status() releases does not
 * depend on it.
 */
struct radio {
	spinlock_t status_lock;
	struct work_struct work;
	int pending, broken;
};

static void flush_status(struct radio *r);
static void report_status(struct radio *r);

static void lock_status(struct radio *r)
{
	spin_lock_bh(&r->status_lock);
}

static void unlock_status(struct radio *r)
{
	spin_unlock_bh(&r->status_lock);
	report_status(r);
}

static void halt_radio(struct radio *r)
{
	flush_status(r);
	panic("radio %p is broken\n", r);
}

static void report_status(struct radio *r)
{
	if (r->broken)
		halt_radio(r);
	if (r->pending)
		flush_status(r);
}

static void flush_status(struct radio *r)
{
	lock_status(r);
	r->pending = 0;
	unlock_status(r);
}

static void radio_work(struct work_struct *work)
{
	struct radio *r = container_of(work, struct radio, work);

	flush_status(r);
	msleep(10);
}

void radio_init(struct radio *r)
{
	spin_lock_init(&r->status_lock);
	INIT_WORK(&r->work, radio_work);
}
