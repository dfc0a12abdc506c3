// correct
struct mixer;
struct mixer_ops {
	void (*set)(struct mixer *mixer, int value);
};

struct mixer {
	spinlock_t lock;
	const struct mixer_ops *ops;
	int value;
};

static irqreturn_t mixer_irq(int irq, void *data)
{
	struct mixer *mixer = data;

	spin_lock(&mixer->lock);
	mixer->value++;
	spin_unlock(&mixer->lock);
	return IRQ_HANDLED;
}

static void mixer_set(struct mixer *mixer, int value)
{
	spin_lock(&mixer->lock);
	mixer->value = value;
	spin_unlock(&mixer->lock);
}

static const struct mixer_ops mixer_all = { .set = mixer_set };

static ssize_t mixer_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	struct mixer *mixer = file->private_data;

	local_irq_disable();
	mixer->ops->set(mixer, count);
	local_irq_enable();
	return count;
}

static const struct file_operations mixer_fops = { .write = mixer_write };

int mixer_add(struct mixer *mixer, int irq)
{
	spin_lock_init(&mixer->lock);
	mixer->ops = &mixer_all;
	return request_irq(irq, mixer_irq, 0, "mixer", mixer);
}
EXPORT_SYMBOL_GPL(mixer_add);
