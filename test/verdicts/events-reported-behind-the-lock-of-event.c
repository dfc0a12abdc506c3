// correct
// The events are reported behind the section; and event() of the other record is nobody's under event_lock.
struct pad {
	struct input_dev *input;
	spinlock_t lock;
	int leds;
};

struct gadget {
	int (*event)(struct gadget *gadget, int value);
	struct pad *pad;
};

static int gadget_event(struct gadget *gadget, int value)
{
	struct pad *pad = gadget->pad;
	unsigned long flags;

	spin_lock_irqsave(&pad->lock, flags);
	pad->leds = value;
	spin_unlock_irqrestore(&pad->lock, flags);
	return 0;
}

static int pad_event(struct input_dev *input, unsigned int type, unsigned int code, int value)
{
	return 0;
}

static irqreturn_t pad_interrupt(int irq, void *data)
{
	struct pad *pad = data;

	spin_lock(&pad->lock);
	input_report_key(pad->input, 1, pad->leds);
	input_sync(pad->input);
	spin_unlock(&pad->lock);
	return IRQ_HANDLED;
}

int pad_start(struct pad *pad, struct gadget *gadget, int irq)
{
	spin_lock_init(&pad->lock);
	pad->input = input_allocate_device();
	if (!pad->input)
		return -ENOMEM;
	pad->input->event = pad_event;
	gadget->event = gadget_event;
	gadget->pad = pad;
	return request_irq(irq, pad_interrupt, 0, "pad", pad);
}
EXPORT_SYMBOL(pad_start);
