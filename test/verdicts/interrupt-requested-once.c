// correct
// The tasklet is scheduled by the very interrupt that is requested once: the flag is set when it runs.
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/spinlock.h>

struct once_dev {
	spinlock_t lock;
	struct tasklet_struct done;
	bool requested;
	int irq;
	u32 mask;
};

static irqreturn_t once_irq(int irq, void *data)
{
	struct once_dev *dev = data;

	tasklet_schedule(&dev->done);
	return IRQ_HANDLED;
}

static int once_enable(struct once_dev *dev, u32 mask)
{
	int ret;

	if (!dev->requested) {
		ret = request_irq(dev->irq, once_irq, 0, "once", dev);
		if (ret < 0)
			return ret;
	}
	dev->mask |= mask;
	dev->requested = true;
	return 0;
}

static void once_done(struct tasklet_struct *t)
{
	struct once_dev *dev = from_tasklet(dev, t, done);

	spin_lock(&dev->lock);
	once_enable(dev, 1);
	spin_unlock(&dev->lock);
}

int once_probe(struct once_dev *dev)
{
	spin_lock_init(&dev->lock);
	tasklet_setup(&dev->done, once_done);
	return once_enable(dev, 0);
}
