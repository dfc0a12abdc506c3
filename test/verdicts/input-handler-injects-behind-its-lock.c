// correct
// The lock is released before the event is injected; and what the handler reports goes to another device.
static DEFINE_SPINLOCK(lamps_lock);
static struct input_dev *mirror;

struct lamp {
	struct input_handle handle;
	int on;
};

static void lamp_event(struct input_handle *handle, unsigned int type, unsigned int code, int value)
{
	struct lamp *lamp = container_of(handle, struct lamp, handle);

	spin_lock(&lamps_lock);
	lamp->on = value;
	input_event(mirror, type, code, value);
	spin_unlock(&lamps_lock);
}

void lamp_set(struct lamp *lamp, int on)
{
	spin_lock_irq(&lamps_lock);
	lamp->on = on;
	spin_unlock_irq(&lamps_lock);
	input_inject_event(&lamp->handle, EV_LED, LED_MISC, on);
}
EXPORT_SYMBOL(lamp_set);

void lamp_mirror(int on)
{
	spin_lock_irq(&lamps_lock);
	input_event(mirror, EV_LED, LED_MISC, on);
	spin_unlock_irq(&lamps_lock);
}
EXPORT_SYMBOL(lamp_mirror);

static struct input_handler lamp_handler = { .event = lamp_event, .name = "lamp" };

static int __init lamp_init(void)
{
	return input_register_handler(&lamp_handler);
}
module_init(lamp_init);
