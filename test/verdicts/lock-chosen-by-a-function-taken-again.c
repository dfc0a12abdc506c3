// a mistake: self-deadlock
//- card.h
struct card { struct mutex bus; int reg; };
struct port { struct mutex lock; struct card *card; unsigned int flags; int gain; };
struct mutex *port_mutex(struct port *p);
int card_write(struct card *card, int v);
//- card.c
#include "card.h"
struct mutex *port_mutex(struct port *p)
{
	if (p->flags & 1)
		return &p->card->bus;
	return &p->lock;
}

int card_write(struct card *card, int v)
{
	mutex_lock(&card->bus);
	card->reg = v;
	mutex_unlock(&card->bus);
	return 0;
}
//- port.c
#include "card.h"
int port_gain(struct port *p, int gain)
{
	struct mutex *m = port_mutex(p);
	int ret;

	mutex_lock(m);
	ret = card_write(p->card, gain);
	mutex_unlock(m);
	return ret;
}
