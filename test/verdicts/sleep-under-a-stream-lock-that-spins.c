// a mistake: sleep-in-atomic
int wait_under_the_lock(struct snd_pcm_substream *substream)
{
	snd_pcm_stream_lock(substream);
	if (!substream->pcm->nonatomic)
		msleep(10);
	snd_pcm_stream_unlock(substream);
	return 0;
}
