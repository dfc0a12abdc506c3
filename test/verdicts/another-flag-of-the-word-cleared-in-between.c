// correct
#define CARD_SHARED (1 << 0)
#define CARD_FAST (1 << 1)
struct card { struct mutex bus; unsigned long mode; bool busy; int last; };

static void card_apply(struct card *c, int ctrl)
{
	c->busy = false;
	if (ctrl & 8)
		c->mode &= ~CARD_FAST;
	else
		c->mode |= CARD_FAST;
}

int card_command(struct card *c, int ctrl)
{
	if (!c->busy)
		return -EAGAIN;
	if (c->mode & CARD_SHARED)
		mutex_lock(&c->bus);
	c->mode &= ~CARD_FAST;
	card_apply(c, ctrl);
	if (c->mode & CARD_SHARED)
		mutex_unlock(&c->bus);
	return 0;
}
