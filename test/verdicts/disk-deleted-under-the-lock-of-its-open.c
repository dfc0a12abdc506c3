// a mistake: lock-order-cycle
// open() is called under open_mutex, which del_gendisk() takes.
static DEFINE_MUTEX(disks_lock);

struct ram {
	struct gendisk *disk;
	int users;
};

static int ram_open(struct gendisk *disk, blk_mode_t mode)
{
	struct ram *ram = disk->private_data;

	mutex_lock(&disks_lock);
	ram->users++;
	mutex_unlock(&disks_lock);
	return 0;
}

static const struct block_device_operations ram_ops = { .open = ram_open };

void ram_delete(struct ram *ram)
{
	mutex_lock(&disks_lock);
	if (!ram->users)
		del_gendisk(ram->disk);
	mutex_unlock(&disks_lock);
}
EXPORT_SYMBOL(ram_delete);

void ram_setup(struct ram *ram)
{
	ram->disk->fops = &ram_ops;
}
EXPORT_SYMBOL(ram_setup);
