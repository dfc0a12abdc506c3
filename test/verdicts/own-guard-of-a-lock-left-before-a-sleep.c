// correct
struct strip { spinlock_t lock; u8 *page; };
DEFINE_GUARD(strip, struct strip *, spin_lock(&_T->lock), spin_unlock(&_T->lock))

static int strip_fill(struct strip *s)
{
	u8 *page = kmalloc(4096, GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	scoped_guard(strip, s) {
		if (s->page) {
			kfree(page);
			return 0;
		}
		s->page = page;
	}
	return 0;
}
int strip_write(struct strip *s, int at, u8 value)
{
	int err = strip_fill(s);

	if (err)
		return err;
	guard(strip)(s);
	s->page[at] = value;
	return 0;
}
EXPORT_SYMBOL(strip_write);
