// correct
// The callee opens the section of its caller for a while, and closes it again.
struct line { int level; int users; };

void line_wait(struct line *l);

static void line_settle(struct line *l)
{
	local_bh_enable();
	line_wait(l);
	local_bh_disable();
}

int line_reset(struct line *l)
{
	local_bh_disable();
	l->users++;
	line_settle(l);
	local_bh_enable();
	return 0;
}
