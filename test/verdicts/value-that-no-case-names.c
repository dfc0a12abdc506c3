// correct
#include <linux/spinlock.h>

/* A buffer at the head of the queue is full or done: enqueue() and finish() say so under the lock. */
enum { BUF_FULL = 1, BUF_DONE };

struct buf {
	struct buf *next;
	int state;
};

struct queue {
	spinlock_t lock;
	struct buf *head;
	int lost;
};

void enqueue(struct queue *q, struct buf *b)
{
	spin_lock(&q->lock);
	b->state = BUF_FULL;
	q->head = b;
	spin_unlock(&q->lock);
}

void finish(struct queue *q)
{
	spin_lock(&q->lock);
	if (q->head)
		q->head->state = BUF_DONE;
	spin_unlock(&q->lock);
}

void look(struct queue *q)
{
	spin_lock(&q->lock);
	if (!q->head) {
		spin_unlock(&q->lock);
		return;
	}
	switch (q->head->state) {
	case BUF_FULL:
		q->lost++;
		spin_unlock(&q->lock);
		break;
	case BUF_DONE:
		q->head = NULL;
		spin_unlock(&q->lock);
		break;
	}
}
