// a mistake: lock-order-cycle
// A disk is allocated under the mutex of the scan, which scsi_add_device() takes.
static DEFINE_MUTEX(volumes_lock);
static LIST_HEAD(volumes);
struct volume { struct list_head list; unsigned int id; };

static int volume_slave_alloc(struct scsi_device *sdev)
{
	struct volume *volume;
	int err = -ENXIO;

	mutex_lock(&volumes_lock);
	list_for_each_entry(volume, &volumes, list)
		if (volume->id == sdev->id)
			err = 0;
	mutex_unlock(&volumes_lock);
	return err;
}

static struct scsi_host_template volume_template = { .name = "volume", .slave_alloc = volume_slave_alloc };

int volume_scan(struct Scsi_Host *host)
{
	struct volume *volume;

	mutex_lock(&volumes_lock);
	list_for_each_entry(volume, &volumes, list)
		scsi_add_device(host, 0, volume->id, 0);
	mutex_unlock(&volumes_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(volume_scan);

struct Scsi_Host *volume_host(void)
{
	return scsi_host_alloc(&volume_template, 0);
}
EXPORT_SYMBOL_GPL(volume_host);
