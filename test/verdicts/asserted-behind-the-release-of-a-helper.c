// a mistake: annotation-mismatch
struct chart { struct mutex lock; int lines; };
static void chart_begin(struct chart *c)
{
	mutex_lock(&c->lock);
}
static void chart_end(struct chart *c)
{
	mutex_unlock(&c->lock);
}
static void chart_draw(struct chart *c, int n)
{
	lockdep_assert_held(&c->lock);
	c->lines += n;
}
void chart_show(struct chart *c, int n)
{
	chart_begin(c);
	c->lines = 0;
	chart_end(c);
	chart_draw(c, n);
}
EXPORT_SYMBOL(chart_show);
