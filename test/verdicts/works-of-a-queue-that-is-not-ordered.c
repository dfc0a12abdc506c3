// correct
struct disk { struct workqueue_struct *wq; struct work_struct probe, scan; int found; };
static void disk_scan(struct work_struct *w)
{
	struct disk *d = container_of(w, struct disk, scan);

	d->found++;
}
static void disk_settle(struct disk *d)
{
	flush_work(&d->scan);
}
static void disk_probe(struct work_struct *w)
{
	struct disk *d = container_of(w, struct disk, probe);

	queue_work(d->wq, &d->scan);
	disk_settle(d);
	d->found = 0;
}
int disk_add(struct disk *d)
{
	INIT_WORK(&d->probe, disk_probe);
	INIT_WORK(&d->scan, disk_scan);
	d->wq = alloc_workqueue("disk", 0, 0);
	if (!d->wq)
		return -ENOMEM;
	queue_work(d->wq, &d->probe);
	return 0;
}
