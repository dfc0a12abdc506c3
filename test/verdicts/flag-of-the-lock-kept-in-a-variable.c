// correct
#define CARD_QUIRK 1
struct card { struct mutex bus; unsigned long quirks; int last; };
static DEFINE_MUTEX(latch_lock);

static void card_forget(struct card *c)
{
	c->quirks &= ~CARD_QUIRK;
}

int card_apply(struct card *c, int ctrl)
{
	bool quirk = c->quirks & CARD_QUIRK;

	if (quirk)
		mutex_lock(&latch_lock);
	c->last = ctrl;
	if (ctrl & 4)
		c->quirks &= ~CARD_QUIRK;
	if (quirk)
		mutex_unlock(&latch_lock);
	return 0;
}

int card_command(struct card *c, int ctrl)
{
	unsigned long quirks = c->quirks;

	if (quirks & CARD_QUIRK)
		mutex_lock(&c->bus);
	card_forget(c);
	if (quirks & CARD_QUIRK)
		mutex_unlock(&c->bus);
	return 0;
}
