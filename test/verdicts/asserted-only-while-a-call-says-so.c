// correct
// Nobody else reaches the object once it is off the bus, and then nothing is asserted.
struct zone { struct device dev; int n; };
static DECLARE_RWSEM(zone_sem);
static void zone_release_memory(struct zone *z)
{
	if (device_is_registered(&z->dev))
		lockdep_assert_held_write(&zone_sem);
	z->n = 0;
}
static void zone_unregister(struct zone *z)
{
	device_del(&z->dev);
	zone_release_memory(z);
	put_device(&z->dev);
}
int zone_build(struct zone *z, int n)
{
	down_write(&zone_sem);
	if (z->n) {
		up_write(&zone_sem);
		zone_unregister(z);
		return -EBUSY;
	}
	z->n = n;
	up_write(&zone_sem);
	return 0;
}
EXPORT_SYMBOL(zone_build);
void zone_shrink(struct zone *z)
{
	down_write(&zone_sem);
	zone_release_memory(z);
	up_write(&zone_sem);
}
EXPORT_SYMBOL(zone_shrink);
