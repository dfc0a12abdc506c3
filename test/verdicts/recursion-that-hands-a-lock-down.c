// correct
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/delay.h>

/*
 * unlock_chain() releases one lock after another, each of which it took before it called itself. unlock_status() is in
 * the same circle of calls, and releases what flush_status() took.
 */
struct radio;

struct link {
	spinlock_t lock;
	struct link *next;
	struct radio *owner;
	int users;
};

struct radio {
	spinlock_t status_lock;
	struct work_struct work;
	struct link *first;
};

static void flush_status(struct radio *r);

static void unlock_chain(struct link *l)
{
	struct link *next = l->next;

	l->users--;
	spin_unlock(&l->lock);
	if (next) {
		spin_lock(&next->lock);
		unlock_chain(next);
	} else if (l->owner) {
		flush_status(l->owner);
	}
}

static void report_status(struct radio *r)
{
	struct link *first = r->first;

	if (!first)
		return;
	spin_lock(&first->lock);
	unlock_chain(first);
}

static void unlock_status(struct radio *r)
{
	spin_unlock(&r->status_lock);
	report_status(r);
}

static void flush_status(struct radio *r)
{
	spin_lock(&r->status_lock);
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
