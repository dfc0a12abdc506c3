// a mistake: lock-order-cycle
// The event operation of an input device is stored at run time; events are reported under the lock that it takes.
struct pad {
	struct input_dev *input;
	spinlock_t lock;
	int leds;
};

static int pad_event(struct input_dev *input, unsigned int type, unsigned int code, int value)
{
	struct pad *pad = input_get_drvdata(input);

	spin_lock(&pad->lock);
	pad->leds = value;
	spin_unlock(&pad->lock);
	return 0;
}

static void pad_report(struct pad *pad, int key, int down)
{
	input_report_key(pad->input, key, down);
	input_sync(pad->input);
}

static irqreturn_t pad_interrupt(int irq, void *data)
{
	struct pad *pad = data;

	spin_lock(&pad->lock);
	pad_report(pad, 1, pad->leds);
	spin_unlock(&pad->lock);
	return IRQ_HANDLED;
}

int pad_start(struct pad *pad, int irq)
{
	spin_lock_init(&pad->lock);
	pad->input = input_allocate_device();
	if (!pad->input)
		return -ENOMEM;
	pad->input->event = pad_event;
	input_set_drvdata(pad->input, pad);
	return request_irq(irq, pad_interrupt, 0, "pad", pad);
}
EXPORT_SYMBOL(pad_start);
