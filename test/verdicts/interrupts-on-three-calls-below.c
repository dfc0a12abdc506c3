// a mistake: irq-state
// queue_frame() switches interrupts on under state_lock, which the interrupt handler takes.
struct link { spinlock_t state_lock; spinlock_t queue_lock; struct list_head frames; int state; };

static void link_queue_frame(struct link *l, struct list_head *frame)
{
	spin_lock_irq(&l->queue_lock);
	list_add_tail(frame, &l->frames);
	spin_unlock_irq(&l->queue_lock);
}

static int link_send(struct link *l, struct list_head *frame)
{
	if (!frame)
		return -ENOMEM;
	link_queue_frame(l, frame);
	return 0;
}

static irqreturn_t link_irq(int irq, void *data)
{
	struct link *l = data;

	spin_lock(&l->state_lock);
	l->state = 0;
	spin_unlock(&l->state_lock);
	return IRQ_HANDLED;
}

int link_enqueue(struct link *l, struct list_head *frame)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&l->state_lock, flags);
	if (l->state == 0)
		err = link_send(l, frame);
	spin_unlock_irqrestore(&l->state_lock, flags);
	return err;
}

void link_flush(struct link *l, struct list_head *frame)
{
	link_queue_frame(l, frame);
}

int link_start(struct link *l, int irq)
{
	return request_irq(irq, link_irq, 0, "link", l);
}
