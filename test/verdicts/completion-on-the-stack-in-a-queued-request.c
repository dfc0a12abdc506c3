// a mistake: wait-deadlock
struct req { struct list_head node; struct completion *done; int result; };
struct disk { struct mutex lock; struct list_head queue; struct work_struct work; };
static void disk_work(struct work_struct *work)
{
	struct disk *d = container_of(work, struct disk, work);
	struct req *r, *tmp;

	mutex_lock(&d->lock);
	list_for_each_entry_safe(r, tmp, &d->queue, node) {
		list_del(&r->node);
		r->result = 0;
		complete(r->done);
	}
	mutex_unlock(&d->lock);
}
void disk_init(struct disk *d)
{
	mutex_init(&d->lock);
	INIT_LIST_HEAD(&d->queue);
	INIT_WORK(&d->work, disk_work);
}
EXPORT_SYMBOL(disk_init);
int disk_submit(struct disk *d, struct req *r)
{
	DECLARE_COMPLETION_ONSTACK(done);

	mutex_lock(&d->lock);
	r->done = &done;
	list_add_tail(&r->node, &d->queue);
	schedule_work(&d->work);
	wait_for_completion(&done);
	mutex_unlock(&d->lock);
	return r->result;
}
EXPORT_SYMBOL(disk_submit);
