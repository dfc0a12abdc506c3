// a mistake: lock-order-cycle
// A disk is configured under the mutex of the scan, which scsi_remove_device() takes.
struct shelf { struct Scsi_Host *host; struct mutex lock; int disks; };

static int shelf_configure(struct scsi_device *sdev, struct queue_limits *lim)
{
	struct shelf *shelf = shost_priv(sdev->host);

	mutex_lock(&shelf->lock);
	shelf->disks++;
	mutex_unlock(&shelf->lock);
	return 0;
}

static const struct scsi_host_template shelf_template = { .name = "shelf", .sdev_configure = shelf_configure };

void shelf_unplug(struct shelf *shelf, struct scsi_device *sdev)
{
	mutex_lock(&shelf->lock);
	shelf->disks--;
	scsi_remove_device(sdev);
	mutex_unlock(&shelf->lock);
}
EXPORT_SYMBOL_GPL(shelf_unplug);

struct Scsi_Host *shelf_host(void)
{
	return scsi_host_alloc(&shelf_template, sizeof(struct shelf));
}
EXPORT_SYMBOL_GPL(shelf_host);
