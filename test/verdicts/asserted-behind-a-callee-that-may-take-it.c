// correct
// Nothing is known of chart_relock(), which may take the lock again.
struct chart { struct mutex lock; int lines; };
void chart_relock(struct chart *c);
static void chart_draw(struct chart *c, int n)
{
	lockdep_assert_held(&c->lock);
	c->lines += n;
}
void chart_show(struct chart *c, int n)
{
	mutex_lock(&c->lock);
	c->lines = 0;
	mutex_unlock(&c->lock);
	chart_relock(c);
	chart_draw(c, n);
}
EXPORT_SYMBOL(chart_show);
