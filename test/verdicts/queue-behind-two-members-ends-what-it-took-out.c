// correct
//- drivers/ledger/ledger.h
struct entry { struct list_head node; void (*end)(struct entry *e, int status); void *owner; u32 len; };
struct queue { struct mutex lock; struct list_head entries; unsigned int depth; };
struct journal { struct mutex lock; struct queue *queue; u64 tail; };
struct account { struct mutex lock; struct journal *journal; struct entry entry; int error; bool dirty; };
int queue_submit(struct queue *q, struct entry *e);
int journal_log(struct journal *j, struct entry *e, u32 len);
//- drivers/ledger/queue.c
#include "ledger.h"
int queue_submit(struct queue *q, struct entry *e)
{
	int ret = 0;

	mutex_lock(&q->lock);
	if (q->depth >= 64) {
		ret = -EAGAIN;
	} else {
		list_add_tail(&e->node, &q->entries);
		q->depth++;
	}
	mutex_unlock(&q->lock);
	return ret;
}

void queue_run(struct queue *q)
{
	struct entry *e, *tmp;

	LIST_HEAD(done);

	mutex_lock(&q->lock);
	list_splice_init(&q->entries, &done);
	q->depth = 0;
	mutex_unlock(&q->lock);
	list_for_each_entry_safe(e, tmp, &done, node) {
		list_del_init(&e->node);
		e->end(e, 0);
	}
}
EXPORT_SYMBOL(queue_run);
//- drivers/ledger/journal.c
#include "ledger.h"
static int journal_place(struct queue *q, struct entry *e)
{
	return queue_submit(q, e);
}

int journal_log(struct journal *j, struct entry *e, u32 len)
{
	int ret;

	mutex_lock(&j->lock);
	e->len = len;
	ret = journal_place(j->queue, e);
	if (!ret)
		j->tail += len;
	mutex_unlock(&j->lock);
	return ret;
}
//- drivers/ledger/account.c
#include "ledger.h"
static void account_ended(struct entry *e, int status)
{
	struct account *a = e->owner;

	mutex_lock(&a->lock);
	a->dirty = false;
	if (status)
		a->error = status;
	mutex_unlock(&a->lock);
}

int account_add(struct account *a, size_t len)
{
	int ret = 0;

	mutex_lock(&a->lock);
	if (!a->dirty)
		ret = journal_log(a->journal, &a->entry, len);
	mutex_unlock(&a->lock);
	return ret;
}
EXPORT_SYMBOL(account_add);

void account_init(struct account *a, struct journal *j)
{
	mutex_init(&a->lock);
	a->journal = j;
	a->entry.owner = a;
	a->entry.end = account_ended;
}
EXPORT_SYMBOL(account_init);
