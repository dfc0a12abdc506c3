// a mistake: wait-deadlock
// The reset waits for the interrupt, three calls below the lock that the interrupt takes before it completes.
struct pad { struct mutex lock; struct completion booted; struct i2c_client *client; bool booting; };

static int pad_send(struct pad *p, u8 value)
{
	return i2c_smbus_write_byte(p->client, value);
}

static int pad_reset(struct pad *p)
{
	int err;

	reinit_completion(&p->booted);
	p->booting = true;
	err = pad_send(p, 1);
	if (err)
		return err;
	wait_for_completion(&p->booted);
	return 0;
}

static int pad_power_on(struct pad *p, bool reset)
{
	if (reset)
		return pad_reset(p);
	return pad_send(p, 2);
}

static irqreturn_t pad_irq(int irq, void *data)
{
	struct pad *p = data;

	guard(mutex)(&p->lock);
	if (p->booting)
		complete(&p->booted);
	return IRQ_HANDLED;
}

static int pad_resume(struct device *dev)
{
	struct pad *p = dev_get_drvdata(dev);

	guard(mutex)(&p->lock);
	return pad_power_on(p, true);
}

static DEFINE_SIMPLE_DEV_PM_OPS(pad_pm, NULL, pad_resume);

static int pad_probe(struct i2c_client *client)
{
	struct pad *p = devm_kzalloc(&client->dev, sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	mutex_init(&p->lock);
	init_completion(&p->booted);
	p->client = client;
	dev_set_drvdata(&client->dev, p);
	err = devm_request_threaded_irq(&client->dev, client->irq, NULL, pad_irq, IRQF_ONESHOT, "pad", p);
	if (err)
		return err;
	return pad_power_on(p, false);
}

static struct i2c_driver pad_driver = { .probe = pad_probe, .driver = { .name = "pad", .pm = &pad_pm } };
