// correct
// No control of the card exists for others while the device is being probed.
struct chip {
	struct snd_card *card;
	struct mutex lock;
	int gain;
};

static int gain_put(struct snd_kcontrol *k, struct snd_ctl_elem_value *u)
{
	struct chip *chip = snd_kcontrol_chip(k);

	mutex_lock(&chip->lock);
	chip->gain = u->value.integer.value[0];
	mutex_unlock(&chip->lock);
	return 1;
}

static const struct snd_kcontrol_new gain = { .name = "Gain", .put = gain_put };

static int chip_probe(struct platform_device *pdev)
{
	struct chip *chip = devm_kzalloc(&pdev->dev, sizeof(*chip), GFP_KERNEL);
	int err;

	if (!chip)
		return -ENOMEM;
	chip->card = dev_get_platdata(&pdev->dev);
	mutex_lock(&chip->lock);
	err = snd_ctl_add(chip->card, snd_ctl_new1(&gain, chip));
	mutex_unlock(&chip->lock);
	return err;
}

static struct platform_driver chip_driver = { .probe = chip_probe };
module_platform_driver(chip_driver);
