// SPDX-License-Identifier: MIT
/*
 * The classic deadlock: two threads take the same two semaphores, each in its own order. When each has
 * got its first one, both wait forever. lockdep does not see it, since it knows nothing of semaphores.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/semaphore.h>

DEFINE_SEMAPHORE(sem1);
DEFINE_SEMAPHORE(sem2);

static int bad_function(void *unused)
{
	down(&sem1);
	msleep(100);
	down(&sem2);

	pr_info("first thread has both\n");

	up(&sem2);
	up(&sem1);
	return 0;
}

static int another_function(void *unused)
{
	down(&sem2);
	down(&sem1);

	pr_info("second thread has both\n");

	up(&sem1);
	up(&sem2);
	return 0;
}

static int __init two_semaphores_init(void)
{
	kernel_thread(bad_function, NULL, CLONE_KERNEL);
	kernel_thread(another_function, NULL, CLONE_KERNEL);
	return 0;
}

static void __exit two_semaphores_exit(void)
{
}

module_init(two_semaphores_init);
module_exit(two_semaphores_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Two semaphores taken in two orders");
