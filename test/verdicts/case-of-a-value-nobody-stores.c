// correct
enum { EV_A = 1, EV_B = 2 };
struct ev { int event; struct list_head list; };
struct dev { spinlock_t lock; struct list_head evs; struct work_struct work; };
static void start_b(struct dev *d)
{
	msleep(10);
}
static void handle(struct work_struct *w)
{
	struct dev *d = container_of(w, struct dev, work);
	struct ev *e, *next;
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	list_for_each_entry_safe(e, next, &d->evs, list) {
		list_del(&e->list);
		switch (e->event) {
		case EV_A:
			spin_unlock_irqrestore(&d->lock, flags);
			msleep(1);
			spin_lock_irqsave(&d->lock, flags);
			break;
		case EV_B:
			start_b(d);
			break;
		}
		kfree(e);
	}
	spin_unlock_irqrestore(&d->lock, flags);
}
static void enq(struct dev *d, int ev)
{
	struct ev *e = kmalloc(sizeof(*e), GFP_ATOMIC);
	unsigned long flags;
	if (!e)
		return;
	e->event = ev;
	spin_lock_irqsave(&d->lock, flags);
	list_add_tail(&e->list, &d->evs);
	spin_unlock_irqrestore(&d->lock, flags);
	schedule_work(&d->work);
}
void link_up(struct dev *d)
{
	enq(d, EV_A);
}
void dev_init(struct dev *d)
{
	spin_lock_init(&d->lock);
	INIT_LIST_HEAD(&d->evs);
	INIT_WORK(&d->work, handle);
}
