// a mistake: lock-order-cycle
// The events of an input device are handed to its handlers under event_lock, which input_inject_event() takes.
static DEFINE_SPINLOCK(lamps_lock);
static LIST_HEAD(lamps);

struct lamp {
	struct input_handle handle;
	struct list_head node;
	int presses;
};

static void lamp_event(struct input_handle *handle, unsigned int type, unsigned int code, int value)
{
	struct lamp *lamp = container_of(handle, struct lamp, handle);

	spin_lock(&lamps_lock);
	lamp->presses++;
	spin_unlock(&lamps_lock);
}

static void lamp_set(struct lamp *lamp, int on)
{
	input_inject_event(&lamp->handle, EV_LED, LED_MISC, on);
}

void lamps_set(int on)
{
	struct lamp *lamp;

	spin_lock_irq(&lamps_lock);
	list_for_each_entry(lamp, &lamps, node)
		lamp_set(lamp, on);
	spin_unlock_irq(&lamps_lock);
}
EXPORT_SYMBOL(lamps_set);

static struct input_handler lamp_handler = { .event = lamp_event, .name = "lamp" };

static int __init lamp_init(void)
{
	return input_register_handler(&lamp_handler);
}
module_init(lamp_init);
