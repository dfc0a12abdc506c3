/** C texts of the protocol tests. Names differ between them, since they share one folder. */

export const KBUILD = 'obj-m += two.o cross.o\n';

/** Two functions in one file that take two semaphores in opposite orders. */
export const TWO = `#include <linux/module.h>
#include <linux/semaphore.h>

static DEFINE_SEMAPHORE(first_sem);
static DEFINE_SEMAPHORE(second_sem);
static int total;

static int forwards(void *data)
{
	down(&first_sem);
	down(&second_sem);
	total++;
	up(&second_sem);
	up(&first_sem);
	return 0;
}

static int forwards_again(void *data)
{
	down(&first_sem);
	down(&second_sem);
	total += 2;
	up(&second_sem);
	up(&first_sem);
	return 0;
}

static int backwards(void *data)
{
	down(&second_sem);
	down(&first_sem);
	total--;
	up(&first_sem);
	up(&second_sem);
	return 0;
}
`;

export const CROSS_HEADER = `#ifndef CROSS_H
#define CROSS_H
#include <linux/mutex.h>

struct cross_device {
	struct mutex state_lock;
	struct mutex queue_lock;
	int users;
	int queued;
};

void cross_flush(struct cross_device *dev);
void cross_kick(struct cross_device *dev);
#endif
`;

/** Holds the state lock and calls into the other file, which takes the queue lock. */
export const CROSS_DEVICE = `#include "cross.h"

void cross_kick(struct cross_device *dev)
{
	mutex_lock(&dev->state_lock);
	dev->users++;
	mutex_unlock(&dev->state_lock);
}

int cross_open(struct cross_device *dev)
{
	mutex_lock(&dev->state_lock);
	dev->users++;
	cross_flush(dev);
	mutex_unlock(&dev->state_lock);
	return 0;
}
`;

/** Holds the queue lock and calls back, which takes the state lock. */
export const CROSS_QUEUE = `#include "cross.h"

void cross_flush(struct cross_device *dev)
{
	mutex_lock(&dev->queue_lock);
	dev->queued = 0;
	mutex_unlock(&dev->queue_lock);
}

int cross_push(struct cross_device *dev)
{
	mutex_lock(&dev->queue_lock);
	dev->queued++;
	cross_kick(dev);
	mutex_unlock(&dev->queue_lock);
	return 0;
}
`;

/** Forgets the lock on one way out. */
export const LEAK = `#include <linux/mutex.h>

static DEFINE_MUTEX(leak_lock);
static int leaks;

static int leak(int value)
{
	int err;

	mutex_lock(&leak_lock);
	err = check(value);
	if (err < 0)
		return err;
	leaks += value;
	mutex_unlock(&leak_lock);
	return 0;
}
`;

/** A function that takes and releases a lock only in callees, and returns without the release on one path. */
export const IN_CALLEES = `#include <linux/mutex.h>
struct port { struct mutex lock; int *slots; int busy; };

static int *port_open(struct port *p, int wanted)
{
	int err;

	mutex_lock(&p->lock);
	if (p->busy) {
		err = -EBUSY;
		goto unlock;
	}
	p->busy = wanted;
	return p->slots;

unlock:
	mutex_unlock(&p->lock);
	return ERR_PTR(err);
}

static int port_close(struct port *p, int *slot)
{
	*slot = 0;
	mutex_unlock(&p->lock);
	return 0;
}

int port_transfer(struct port *p)
{
	int *slot = port_open(p, 1);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (*slot == 0)
		return -ETIMEDOUT;

	return port_close(p, slot);
}
`;

/** A driver of about `kilobytes` with many functions that lock, all in one order but for the last. */
export function bigDriver(kilobytes: number): string {
  const parts = [
    '#include <linux/mutex.h>\n\nstatic DEFINE_MUTEX(big_outer);\nstatic DEFINE_MUTEX(big_inner);\nstatic int big_count;\n',
  ];
  let length = 0;
  for (let number = 0; length < kilobytes * 1024; number += 1) {
    const part = bigFunction(number, 'big_outer', 'big_inner');
    parts.push(part);
    length += part.length;
  }
  parts.push(bigFunction(-1, 'big_inner', 'big_outer').replace('big_step_-1', 'big_reversed'));
  return parts.join('\n');
}

function bigFunction(number: number, outer: string, inner: string): string {
  return `static int big_step_${number}(struct big_device *dev, int value)
{
	int result = 0;

	if (value < 0)
		return -EINVAL;
	mutex_lock(&${outer});
	if (value > ${number}) {
		dev->register_value = value * ${number + 7};
		result = big_transfer(dev, value, ${number});
		if (result < 0)
			goto out;
	}
	mutex_lock(&${inner});
	big_count += value;
	mutex_unlock(&${inner});
out:
	mutex_unlock(&${outer});
	return result;
}
`;
}
