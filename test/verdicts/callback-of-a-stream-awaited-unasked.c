// a mistake: wait-deadlock
struct card {
	struct hrtimer timer;
	struct snd_pcm_substream *ss;
	atomic_t running;
};

static enum hrtimer_restart card_tick(struct hrtimer *t)
{
	struct card *c = container_of(t, struct card, timer);

	snd_pcm_period_elapsed(c->ss);
	return HRTIMER_NORESTART;
}

static int card_stop(struct snd_pcm_substream *ss)
{
	struct card *c = ss->runtime->private_data;

	atomic_set(&c->running, 0);

	hrtimer_cancel(&c->timer);
	return 0;
}

static int card_trigger(struct snd_pcm_substream *ss, int cmd)
{
	if (cmd == 3)
		return card_stop(ss);
	return 0;
}

static const struct snd_pcm_ops card_ops = { .trigger = card_trigger };

int card_init(struct card *c)
{
	hrtimer_setup(&c->timer, card_tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	return 0;
}
