// correct
#include <linux/spinlock.h>
#include <linux/kernel.h>

static DEFINE_SPINLOCK(mailbox_lock);
static int mailbox_state;

static void mailbox_broken(struct device *dev, const char *why)
{
	dev_emerg(dev, "%s in state %d\n", why, mailbox_state);
	panic("mailbox: %s\n", why);
}

static void mailbox_lost(int seq)
{
	if (seq & 1)
		pr_emerg("odd sequence %d\n", seq);
	else
		pr_emerg("even sequence %d\n", seq);
	BUG();
}

int mailbox_send(struct device *dev, int seq)
{
	spin_lock(&mailbox_lock);
	if (mailbox_state < 0) {
		mailbox_broken(dev, "negative");
		return -EIO;
	}
	if (seq == 0) {
		mailbox_lost(seq);
		return -EINVAL;
	}
	mailbox_state = seq;
	spin_unlock(&mailbox_lock);
	return 0;
}
