/* SPDX-License-Identifier: MIT */
#ifndef VENDING_H
#define VENDING_H

#include <linux/mutex.h>

/* A vending machine: what is on its shelf, and the coins in its till. */
struct vending {
	struct mutex shelf_lock;
	struct mutex till_lock;
	unsigned int bottles;
	unsigned int coins;
};

extern struct vending machine;

int vending_collect(struct vending *m);
unsigned int vending_count_coins(struct vending *m);

#endif
