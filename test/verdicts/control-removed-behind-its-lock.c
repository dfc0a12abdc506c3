// correct
struct chip {
	struct snd_card *card;
	struct mutex lock;
	struct snd_kcontrol *boost;
	int gain;
};

static int boost_put(struct snd_kcontrol *k, struct snd_ctl_elem_value *u)
{
	struct chip *chip = snd_kcontrol_chip(k);

	mutex_lock(&chip->lock);
	chip->gain = u->value.integer.value[0];
	mutex_unlock(&chip->lock);
	return 1;
}

static const struct snd_kcontrol_new boost = { .name = "Boost", .put = boost_put };

static ssize_t unload_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t n)
{
	struct chip *chip = dev_get_drvdata(dev);
	struct snd_kcontrol *old;

	mutex_lock(&chip->lock);
	old = chip->boost;
	chip->boost = NULL;
	mutex_unlock(&chip->lock);
	if (old)
		snd_ctl_remove(chip->card, old);
	return n;
}
static DEVICE_ATTR_WO(unload);
