// a mistake: sleep-in-atomic
static int drain(struct snd_pcm_substream *substream)
{
	if (!substream->pcm->nonatomic)
		udelay(10);
	msleep(10);
	return 0;
}

int action_lock_irq(struct snd_pcm_substream *substream)
{
	guard(pcm_stream_lock_irq)(substream);
	return drain(substream);
}
