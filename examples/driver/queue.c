// SPDX-License-Identifier: MIT
/*
 * The queue of a small driver. Draining it wakes the device while the queue is locked; device.c goes the
 * other way round when it suspends.
 */
#include <linux/slab.h>

#include "driver.h"

void queue_init(struct queue *q, struct device_state *owner)
{
	mutex_init(&q->lock);
	INIT_LIST_HEAD(&q->pending);
	q->length = 0;
	q->owner = owner;
}

void queue_add(struct queue *q, struct request *rq)
{
	mutex_lock(&q->lock);
	list_add_tail(&rq->link, &q->pending);
	q->length++;
	mutex_unlock(&q->lock);
}

unsigned int queue_length(struct queue *q)
{
	unsigned int length;

	mutex_lock(&q->lock);
	length = q->length;
	mutex_unlock(&q->lock);
	return length;
}

int queue_drain(struct queue *q)
{
	struct request *rq, *next;
	int err = 0;

	mutex_lock(&q->lock);
	device_wake(q->owner);
	list_for_each_entry_safe(rq, next, &q->pending, link) {
		list_del(&rq->link);
		q->length--;
		if (rq->result)
			err = rq->result;
		kfree(rq);
	}
	mutex_unlock(&q->lock);
	return err;
}
