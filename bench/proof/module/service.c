// SPDX-License-Identifier: MIT
/* The other half: what the service person does. */
#include <linux/delay.h>
#include <linux/kernel.h>

#include "vending.h"

int vending_collect(struct vending *m)
{
	unsigned int taken;

	mutex_lock(&m->till_lock);
	mutex_lock(&m->shelf_lock);
	msleep(50);
	taken = m->coins;
	m->coins = 0;
	m->bottles += 10;
	mutex_unlock(&m->shelf_lock);
	mutex_unlock(&m->till_lock);
	pr_debug("took %u coins\n", taken);
	return 0;
}

unsigned int vending_count_coins(struct vending *m)
{
	unsigned int coins;

	mutex_lock(&m->till_lock);
	coins = m->coins;
	mutex_unlock(&m->till_lock);
	return coins;
}
