// a mistake: irq-inversion
struct meter {
	spinlock_t lock;
	int pulses;
};

static void meter_add(struct meter *meter)
{
	spin_lock(&meter->lock);
	meter->pulses++;
	spin_unlock(&meter->lock);
}

static void meter_edge(struct meter *meter)
{
	meter_add(meter);
}

static void meter_event(struct meter *meter)
{
	meter_edge(meter);
}

static void meter_service(struct meter *meter)
{
	meter_event(meter);
}

static irqreturn_t meter_irq(int irq, void *data)
{
	meter_service(data);
	return IRQ_HANDLED;
}

static int meter_set(const char *val, const struct kernel_param *kp)
{
	struct meter *meter = kp->arg;

	spin_lock(&meter->lock);
	meter->pulses = 0;
	spin_unlock(&meter->lock);
	return 0;
}

static const struct kernel_param_ops meter_ops = { .set = meter_set };

int meter_start(struct meter *meter, int irq)
{
	return request_irq(irq, meter_irq, IRQF_SHARED, "meter", meter);
}
EXPORT_SYMBOL_GPL(meter_start);
