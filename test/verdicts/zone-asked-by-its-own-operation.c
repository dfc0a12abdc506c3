// a mistake: self-deadlock
// change_mode() is called under the lock of the zone, which thermal_zone_device_update() takes.
static int oven_change_mode(struct thermal_zone_device *tz, enum thermal_device_mode mode)
{
	if (mode == THERMAL_DEVICE_ENABLED)
		thermal_zone_device_update(tz, THERMAL_EVENT_UNSPECIFIED);
	return 0;
}

const struct thermal_zone_device_ops oven_ops = { .change_mode = oven_change_mode };
