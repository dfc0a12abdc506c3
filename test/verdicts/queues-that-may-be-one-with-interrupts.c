// a mistake: irq-inversion
// Two queues that may be one, locked with interrupts enabled while the handler takes the lock that comes after.
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct cq { spinlock_t lock; int n; };
struct qps { spinlock_t lock; int users; int irq; };

static void lock_both(struct cq *a, struct cq *b)
{
	if (a == b) {
		spin_lock(&a->lock);
	} else if (a->n < b->n) {
		spin_lock(&a->lock);
		spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	} else {
		spin_lock(&b->lock);
		spin_lock_nested(&a->lock, SINGLE_DEPTH_NESTING);
	}
}

static void unlock_both(struct cq *a, struct cq *b)
{
	if (a == b) {
		spin_unlock(&a->lock);
	} else if (a->n < b->n) {
		spin_unlock(&b->lock);
		spin_unlock(&a->lock);
	} else {
		spin_unlock(&a->lock);
		spin_unlock(&b->lock);
	}
}

int qps_alloc(struct qps *qps, struct cq *send, struct cq *recv)
{
	void *p = kzalloc(64, GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	spin_lock_irq(&qps->lock);
	qps->users++;
	err = qps->users > 4;
	spin_unlock_irq(&qps->lock);
	if (err) {
		lock_both(send, recv);
		spin_lock(&qps->lock);
		qps->users--;
		spin_unlock(&qps->lock);
		unlock_both(send, recv);
	}
	return 0;
}

static irqreturn_t qps_irq(int irq, void *data)
{
	struct qps *qps = data;

	spin_lock(&qps->lock);
	qps->users++;
	spin_unlock(&qps->lock);
	return IRQ_HANDLED;
}

int qps_init(struct qps *qps)
{
	spin_lock_init(&qps->lock);
	return request_irq(qps->irq, qps_irq, 0, "qps", qps);
}
