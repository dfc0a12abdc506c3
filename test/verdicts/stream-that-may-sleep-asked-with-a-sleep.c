// correct
struct chip { struct regmap *map; struct i2c_client *client; };

static snd_pcm_uframes_t chip_pointer(struct snd_pcm_substream *s)
{
	struct chip *c = snd_pcm_substream_chip(s);

	return bytes_to_frames(s->runtime, i2c_smbus_read_word_data(c->client, 4));
}

static const struct snd_pcm_ops chip_capture = { .pointer = chip_pointer };

static void chip_set(struct snd_pcm *pcm)
{
	snd_pcm_set_ops(pcm, SNDRV_PCM_STREAM_CAPTURE, &chip_capture);
}

int chip_new_pcm(struct chip *c, struct snd_card *card)
{
	struct snd_pcm *pcm;
	int err = snd_pcm_new(card, "chip", 0, 0, 1, &pcm);

	if (err)
		return err;
	pcm->private_data = c;
	pcm->nonatomic = 1;
	chip_set(pcm);
	return 0;
}
