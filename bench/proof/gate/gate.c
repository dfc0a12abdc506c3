// SPDX-License-Identifier: MIT
/* Two processors that wait for each other with spinlocks: for samples of what debuggers say of a dead machine. */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(north_lock);
static DEFINE_SPINLOCK(south_lock);
static unsigned long passed;

static noinline void gate_go_south(void)
{
	spin_lock(&north_lock);
	mdelay(500);
	spin_lock(&south_lock);
	passed++;
	spin_unlock(&south_lock);
	spin_unlock(&north_lock);
}

static noinline void gate_go_north(void)
{
	spin_lock(&south_lock);
	mdelay(500);
	spin_lock(&north_lock);
	passed++;
	spin_unlock(&north_lock);
	spin_unlock(&south_lock);
}

static int gate_south(void *unused)
{
	gate_go_south();
	return 0;
}

static int gate_north(void *unused)
{
	gate_go_north();
	return 0;
}

static int __init gate_init(void)
{
	struct task_struct *south = kthread_create(gate_south, NULL, "gate_south");
	struct task_struct *north = kthread_create(gate_north, NULL, "gate_north");

	if (IS_ERR(south) || IS_ERR(north))
		return -ENOMEM;
	kthread_bind(south, 0);
	kthread_bind(north, 1);
	wake_up_process(south);
	wake_up_process(north);
	return 0;
}

module_init(gate_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Two spinlocks taken in two orders");
