// a mistake: irq-state
// The callee ends the section of its caller, which ends it again.
struct line { int level; int users; };

static void line_settle(struct line *l)
{
	l->level = 0;
	local_bh_enable();
}

int line_reset(struct line *l)
{
	local_bh_disable();
	l->users++;
	line_settle(l);
	local_bh_enable();
	return 0;
}
