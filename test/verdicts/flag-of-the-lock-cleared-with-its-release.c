// correct
struct card { struct mutex bus; bool shared; int last; };

static void card_detach(struct card *c)
{
	if (c->shared) {
		c->shared = false;
		mutex_unlock(&c->bus);
	}
}

int card_command(struct card *c, int ctrl)
{
	if (c->shared)
		mutex_lock(&c->bus);
	c->last = ctrl;
	if (ctrl & 8)
		card_detach(c);
	if (c->shared)
		mutex_unlock(&c->bus);
	return 0;
}

int card_reset(struct card *c, int ctrl)
{
	bool shared = c->shared;

	if (shared)
		mutex_lock(&c->bus);
	c->shared = false;
	c->last = ctrl;
	if (shared)
		mutex_unlock(&c->bus);
	return 0;
}
