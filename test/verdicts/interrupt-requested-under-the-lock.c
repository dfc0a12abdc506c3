// a mistake: sleep-in-atomic
// Each start requests the interrupt anew, under the spinlock.
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/spinlock.h>

struct anew_dev {
	spinlock_t lock;
	bool started;
	int irq;
};

static irqreturn_t anew_irq(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int anew_enable(struct anew_dev *dev)
{
	int ret = request_irq(dev->irq, anew_irq, 0, "anew", dev);

	if (ret < 0)
		return ret;
	dev->started = true;
	return 0;
}

int anew_start(struct anew_dev *dev)
{
	int ret;

	spin_lock(&dev->lock);
	ret = anew_enable(dev);
	spin_unlock(&dev->lock);
	return ret;
}

void anew_init(struct anew_dev *dev)
{
	spin_lock_init(&dev->lock);
}
