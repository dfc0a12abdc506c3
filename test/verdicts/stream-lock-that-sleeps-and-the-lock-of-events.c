// a mistake: lock-order-cycle
struct chip { struct mutex ring; struct snd_pcm_substream *stream; void __iomem *base; };

static irqreturn_t chip_event(int irq, void *data)
{
	struct chip *c = data;

	mutex_lock(&c->ring);
	snd_pcm_period_elapsed(c->stream);
	mutex_unlock(&c->ring);
	return IRQ_HANDLED;
}

static int chip_trigger(struct snd_pcm_substream *s, int cmd)
{
	struct chip *c = snd_pcm_substream_chip(s);

	mutex_lock(&c->ring);
	writel(cmd, c->base);
	mutex_unlock(&c->ring);
	return 0;
}

static const struct snd_pcm_ops chip_ops = { .trigger = chip_trigger };

int chip_new_pcm(struct chip *c, struct snd_card *card, int irq)
{
	struct snd_pcm *pcm;
	int err = snd_pcm_new(card, "chip", 0, 1, 0, &pcm);

	if (err < 0)
		return err;
	pcm->private_data = c;
	pcm->nonatomic = true;
	snd_pcm_set_ops(pcm, SNDRV_PCM_STREAM_PLAYBACK, &chip_ops);
	return request_threaded_irq(irq, NULL, chip_event, IRQF_ONESHOT, "chip", c);
}
