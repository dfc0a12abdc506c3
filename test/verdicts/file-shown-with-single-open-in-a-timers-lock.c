// a mistake: irq-inversion
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

static struct quota {
	spinlock_t lock;
	struct timer_list refill;
	unsigned long left;
} quota;

static void quota_refill(struct timer_list *t)
{
	struct quota *q = from_timer(q, t, refill);

	spin_lock(&q->lock);
	q->left = 1000;
	spin_unlock(&q->lock);
	mod_timer(&q->refill, jiffies + HZ);
}

static int quota_print(struct seq_file *m, void *unused)
{
	spin_lock(&quota.lock);
	seq_printf(m, "%lu\n", quota.left);
	spin_unlock(&quota.lock);
	return 0;
}

static int quota_open(struct inode *inode, struct file *file)
{
	return single_open(file, quota_print, NULL);
}

static const struct proc_ops quota_ops = {
	.proc_open = quota_open,
	.proc_read = seq_read,
	.proc_release = single_release,
};

static int __init quota_init(void)
{
	spin_lock_init(&quota.lock);
	timer_setup(&quota.refill, quota_refill, 0);
	proc_create("quota", 0400, NULL, &quota_ops);
	mod_timer(&quota.refill, jiffies + HZ);
	return 0;
}
module_init(quota_init);
