// a mistake: lock-order-cycle, wait-deadlock
// The core asks for the position at once, and the driver takes the lock that the handler holds.
struct tone { spinlock_t lock; struct snd_pcm_substream *play; int irq; u32 at; };

static snd_pcm_uframes_t tone_pointer(struct snd_pcm_substream *substream)
{
	struct tone *tone = snd_pcm_substream_chip(substream);
	unsigned long flags;
	u32 at;

	spin_lock_irqsave(&tone->lock, flags);
	at = tone->at;
	spin_unlock_irqrestore(&tone->lock, flags);
	return at;
}

static const struct snd_pcm_ops tone_ops = {
	.pointer = tone_pointer,
};

static irqreturn_t tone_irq(int irq, void *data)
{
	struct tone *tone = data;

	spin_lock(&tone->lock);
	tone->at++;
	if (tone->play)
		snd_pcm_period_elapsed(tone->play);
	spin_unlock(&tone->lock);
	return IRQ_HANDLED;
}

int tone_probe(struct tone *tone)
{
	spin_lock_init(&tone->lock);
	return request_irq(tone->irq, tone_irq, 0, "tone", tone);
}
