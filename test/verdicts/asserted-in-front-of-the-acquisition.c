// a mistake: annotation-mismatch
struct chart { spinlock_t lock; int lines; };
static void __chart_draw(struct chart *c, int n)
{
	lockdep_assert_held(&c->lock);
	c->lines += n;
}
static void chart_draw(struct chart *c, int n)
{
	if (n)
		__chart_draw(c, n);
}
int chart_show(struct chart *c, int n)
{
	chart_draw(c, n);
	spin_lock(&c->lock);
	c->lines++;
	spin_unlock(&c->lock);
	return 0;
}
EXPORT_SYMBOL(chart_show);
