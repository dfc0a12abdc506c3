// SPDX-License-Identifier: MIT
/*
 * The device of a small driver. Suspending looks at the queue while the device's state is locked; queue.c
 * goes the other way round when it drains.
 */
#include <linux/errno.h>

#include "driver.h"

void device_wake(struct device_state *dev)
{
	mutex_lock(&dev->state_lock);
	dev->awake = true;
	mutex_unlock(&dev->state_lock);
}

int device_suspend(struct device_state *dev)
{
	int err = 0;

	mutex_lock(&dev->state_lock);
	if (queue_length(&dev->queue))
		err = -EBUSY;
	else
		dev->awake = false;
	mutex_unlock(&dev->state_lock);
	return err;
}

int device_send(struct device_state *dev, struct request *rq)
{
	mutex_lock(&dev->state_lock);
	if (!dev->awake) {
		dev->errors++;
		mutex_unlock(&dev->state_lock);
		return -EAGAIN;
	}
	mutex_unlock(&dev->state_lock);

	queue_add(&dev->queue, rq);
	return 0;
}
