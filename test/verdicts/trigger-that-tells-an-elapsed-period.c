// a mistake: self-deadlock
struct vpcm { spinlock_t lock; bool running; struct snd_pcm_substream *sub; };
static void vpcm_tick(struct vpcm *v)
{
	bool running;

	spin_lock(&v->lock);
	running = v->running;
	spin_unlock(&v->lock);
	if (running)
		snd_pcm_period_elapsed(v->sub);
}
static int vpcm_trigger(struct snd_pcm_substream *sub, int cmd)
{
	struct vpcm *v = snd_pcm_substream_chip(sub);

	if (cmd == 1) {
		v->running = true;
		return 0;
	}
	vpcm_tick(v);
	v->running = false;
	return 0;
}
static const struct snd_pcm_ops vpcm_ops = {
	.trigger = vpcm_trigger,
};
