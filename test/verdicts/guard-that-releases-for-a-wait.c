// correct
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/thermal.h>
#include <linux/workqueue.h>

struct thermal_zone_device {
	struct mutex lock;
	struct completion resume;
	struct work_struct work;
	int state;
};

static void zone_resume(struct work_struct *work)
{
	struct thermal_zone_device *tz = container_of(work, struct thermal_zone_device, work);

	guard(thermal_zone)(tz);
	tz->state = 1;
	complete(&tz->resume);
}

void zone_prepare(struct thermal_zone_device *tz)
{
	guard(thermal_zone)(tz);

	if (tz->state & 2) {
		scoped_guard(thermal_zone_reverse, tz) {
			wait_for_completion(&tz->resume);
		}
	}
	tz->state = 0;
}

int zone_start(struct thermal_zone_device *tz)
{
	mutex_init(&tz->lock);
	init_completion(&tz->resume);
	INIT_WORK(&tz->work, zone_resume);
	schedule_work(&tz->work);
	return 0;
}
