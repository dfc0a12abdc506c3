// a mistake: missing-unlock
struct card { struct mutex bus; bool shared; int last; };

int card_command(struct card *c, int ctrl)
{
	if (c->shared)
		mutex_lock(&c->bus);
	c->last = ctrl;
	if (ctrl & 8)
		c->shared = false;
	if (c->shared)
		mutex_unlock(&c->bus);
	return 0;
}
