// a mistake: lock-order-cycle
// put() runs under controls_rwsem, which snd_ctl_remove() takes for writing.
struct chip {
	struct snd_card *card;
	struct mutex lock;
	struct snd_kcontrol *boost;
	int gain;
};

static int boost_put(struct snd_kcontrol *k, struct snd_ctl_elem_value *u)
{
	struct chip *chip = snd_kcontrol_chip(k);

	guard(mutex)(&chip->lock);
	chip->gain = u->value.integer.value[0];
	return 1;
}

static const struct snd_kcontrol_new boost = { .name = "Boost", .put = boost_put };

static void chip_unload(struct chip *chip)
{
	mutex_lock(&chip->lock);
	if (chip->boost)
		snd_ctl_remove(chip->card, chip->boost);
	chip->boost = NULL;
	mutex_unlock(&chip->lock);
}

static ssize_t unload_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t n)
{
	chip_unload(dev_get_drvdata(dev));
	return n;
}
static DEVICE_ATTR_WO(unload);

int chip_load(struct chip *chip)
{
	chip->boost = snd_ctl_new1(&boost, chip);
	return snd_ctl_add(chip->card, chip->boost);
}
EXPORT_SYMBOL(chip_load);
