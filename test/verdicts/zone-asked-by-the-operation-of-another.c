// correct
// The other zone has another lock.
struct oven { struct thermal_zone_device *hob; };

static int oven_get_temp(struct thermal_zone_device *tz, int *temp)
{
	struct oven *oven = thermal_zone_device_priv(tz);

	return thermal_zone_get_temp(oven->hob, temp);
}

const struct thermal_zone_device_ops oven_ops = { .get_temp = oven_get_temp };
