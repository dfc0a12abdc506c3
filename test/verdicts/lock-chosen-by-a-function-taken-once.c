// correct
struct card { struct mutex bus; int reg; };
struct port { struct mutex lock; struct card *card; unsigned int flags; int gain; };

struct mutex *port_mutex(struct port *p)
{
	if (p->flags & 1)
		return &p->card->bus;
	return &p->lock;
}

static int card_write(struct card *card, int v)
{
	mutex_lock(&card->bus);
	card->reg = v;
	mutex_unlock(&card->bus);
	return 0;
}

int port_gain(struct port *p, int gain)
{
	struct mutex *m = port_mutex(p);

	mutex_lock(m);
	p->gain = gain;
	mutex_unlock(m);
	return card_write(p->card, gain);
}

int port_own(struct port *p, int gain)
{
	int ret;

	if (p->flags & 1)
		return -EBUSY;
	mutex_lock(port_mutex(p));
	ret = card_write(p->card, gain);
	mutex_unlock(port_mutex(p));
	return ret;
}
