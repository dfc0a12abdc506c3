// correct
// Whoever passes true holds the lock.
struct chart { struct mutex lock; int lines; };
static void chart_draw(struct chart *c, int n)
{
	lockdep_assert_held(&c->lock);
	c->lines += n;
}
void chart_show(struct chart *c, int n, bool locked)
{
	if (!locked)
		mutex_lock(&c->lock);
	chart_draw(c, n);
	if (!locked)
		mutex_unlock(&c->lock);
}
EXPORT_SYMBOL(chart_show);
