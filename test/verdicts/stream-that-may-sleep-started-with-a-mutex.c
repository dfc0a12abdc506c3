// correct
struct chip { struct mutex volume; void __iomem *base; u32 level; struct snd_pcm *pcm; };

static void chip_apply(struct chip *c, u32 level)
{
	mutex_lock(&c->volume);
	writel(level, c->base);
	mutex_unlock(&c->volume);
}

static int chip_trigger(struct snd_pcm_substream *s, int cmd)
{
	struct chip *c = snd_pcm_substream_chip(s);

	switch (cmd) {
	case SNDRV_PCM_TRIGGER_START:
		chip_apply(c, c->level);
		return 0;
	case SNDRV_PCM_TRIGGER_STOP:
		return 0;
	default:
		return -EINVAL;
	}
}

static const struct snd_pcm_ops chip_ops = { .trigger = chip_trigger };

int chip_new_pcm(struct chip *c, struct snd_card *card)
{
	int err = snd_pcm_new(card, "chip", 0, 1, 0, &c->pcm);

	if (err < 0)
		return err;
	c->pcm->private_data = c;
	c->pcm->nonatomic = true;
	snd_pcm_set_ops(c->pcm, SNDRV_PCM_STREAM_PLAYBACK, &chip_ops);
	return 0;
}
