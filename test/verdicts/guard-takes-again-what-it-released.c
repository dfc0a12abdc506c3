// a mistake: self-deadlock
#include <linux/cleanup.h>
#include <linux/thermal.h>

struct thermal_zone_device {
	struct mutex lock;
	int state;
};

int zone_state(struct thermal_zone_device *tz)
{
	guard(thermal_zone)(tz);
	return tz->state;
}

int zone_settle(struct thermal_zone_device *tz)
{
	guard(thermal_zone)(tz);

	scoped_guard(thermal_zone_reverse, tz)
		tz->state = zone_state(tz);
	return zone_state(tz);
}
