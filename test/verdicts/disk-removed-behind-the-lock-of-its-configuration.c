// correct
// The disk is removed behind the lock that its configuration takes.
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
	mutex_unlock(&shelf->lock);
	scsi_remove_device(sdev);
}
EXPORT_SYMBOL_GPL(shelf_unplug);

struct Scsi_Host *shelf_host(void)
{
	return scsi_host_alloc(&shelf_template, sizeof(struct shelf));
}
EXPORT_SYMBOL_GPL(shelf_host);
