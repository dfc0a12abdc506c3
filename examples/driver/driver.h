/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_H
#define DRIVER_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct request {
	struct list_head link;
	u32 command;
	int result;
};

/* What waits to be sent. */
struct queue {
	struct mutex lock;
	struct list_head pending;
	unsigned int length;
	struct device_state *owner;
};

/* The device itself: power, errors, and the one queue that feeds it. */
struct device_state {
	struct mutex state_lock;
	bool awake;
	unsigned int errors;
	struct queue queue;
};

void queue_init(struct queue *q, struct device_state *owner);
void queue_add(struct queue *q, struct request *rq);
int queue_drain(struct queue *q);
unsigned int queue_length(struct queue *q);

void device_wake(struct device_state *dev);
int device_suspend(struct device_state *dev);
int device_send(struct device_state *dev, struct request *rq);

#endif
