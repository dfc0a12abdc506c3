// a mistake: missing-unlock
#define CARD_SHARED (1 << 0)
#define CARD_FAST (1 << 1)
struct card { struct mutex bus; unsigned long mode; int last; };

static inline bool card_is_shared(const struct card *c)
{
	return c->mode & CARD_SHARED;
}

static void card_apply(struct card *c, int ctrl)
{
	c->last = ctrl;
	if (ctrl & 8)
		c->mode &= ~CARD_SHARED;
}

int card_command(struct card *c, int ctrl)
{
	if (card_is_shared(c))
		mutex_lock(&c->bus);
	card_apply(c, ctrl);
	if (card_is_shared(c))
		mutex_unlock(&c->bus);
	return 0;
}
