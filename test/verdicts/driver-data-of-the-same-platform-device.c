// a mistake: self-deadlock
// The alarm is set with the mutex held that switching its interrupt takes: both reach the chip through the device.
#include <linux/platform_device.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rtc.h>

struct chip {
	struct mutex lock;
	int enabled;
};

static int chip_irq_enable(struct device *dev, unsigned int enabled)
{
	struct platform_device *pdev = to_platform_device(dev);
	struct chip *chip = platform_get_drvdata(pdev);

	mutex_lock(&chip->lock);
	chip->enabled = enabled;
	mutex_unlock(&chip->lock);
	return 0;
}

static int chip_set_alarm(struct device *dev, struct rtc_wkalrm *alarm)
{
	struct platform_device *pdev = to_platform_device(dev);
	struct chip *chip = platform_get_drvdata(pdev);
	int ret = 0;

	mutex_lock(&chip->lock);
	if (alarm->enabled)
		ret = chip_irq_enable(dev, 1);
	mutex_unlock(&chip->lock);
	return ret;
}

static const struct rtc_class_ops chip_ops = {
	.set_alarm = chip_set_alarm,
	.alarm_irq_enable = chip_irq_enable,
};
