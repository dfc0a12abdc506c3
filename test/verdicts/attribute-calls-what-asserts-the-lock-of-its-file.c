// a mistake: annotation-mismatch
#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct meter {
	struct mutex lock;
	struct work_struct work;
	unsigned int total;
};

static void meter_clear(struct meter *m)
{
	lockdep_assert_held(&m->lock);
	m->total = 0;
}

static void meter_reset(struct meter *m)
{
	if (m->total)
		meter_clear(m);
}

static void meter_work(struct work_struct *work)
{
	struct meter *m = container_of(work, struct meter, work);

	mutex_lock(&m->lock);
	meter_reset(m);
	mutex_unlock(&m->lock);
}

static ssize_t reset_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct meter *m = dev_get_drvdata(dev);

	meter_reset(m);
	return count;
}
static DEVICE_ATTR_WO(reset);

int meter_init(struct meter *m)
{
	mutex_init(&m->lock);
	INIT_WORK(&m->work, meter_work);
	return 0;
}
