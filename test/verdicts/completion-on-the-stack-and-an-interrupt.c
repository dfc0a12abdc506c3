// correct
struct req { struct list_head node; struct completion *done; int result; };
struct disk { struct mutex lock; struct list_head queue; struct work_struct work; };
static void disk_abort(struct disk *d)
{
	struct req *r, *tmp;

	mutex_lock(&d->lock);
	list_for_each_entry_safe(r, tmp, &d->queue, node)
		complete(r->done);
	mutex_unlock(&d->lock);
}
static irqreturn_t disk_irq(int irq, void *p)
{
	struct disk *d = p;
	struct req *r = list_first_entry(&d->queue, struct req, node);

	complete(r->done);
	return IRQ_HANDLED;
}
int disk_init(struct disk *d, int irq)
{
	mutex_init(&d->lock);
	INIT_LIST_HEAD(&d->queue);
	return request_irq(irq, disk_irq, 0, "disk", d);
}
EXPORT_SYMBOL(disk_init);
void disk_remove(struct disk *d)
{
	disk_abort(d);
}
EXPORT_SYMBOL(disk_remove);
int disk_submit(struct disk *d, struct req *r)
{
	DECLARE_COMPLETION_ONSTACK(done);

	mutex_lock(&d->lock);
	r->done = &done;
	list_add_tail(&r->node, &d->queue);
	wait_for_completion(&done);
	mutex_unlock(&d->lock);
	return r->result;
}
EXPORT_SYMBOL(disk_submit);
