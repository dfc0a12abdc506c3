// a mistake: sleep-in-atomic
struct strip { spinlock_t lock; u8 *page; };
DEFINE_GUARD(strip, struct strip *, spin_lock(&_T->lock), spin_unlock(&_T->lock))

static int strip_fill(struct strip *s)
{
	s->page = kmalloc(4096, GFP_KERNEL);
	return s->page ? 0 : -ENOMEM;
}
int strip_write(struct strip *s, int at, u8 value)
{
	int err;

	guard(strip)(s);
	if (!s->page) {
		err = strip_fill(s);
		if (err)
			return err;
	}
	s->page[at] = value;
	return 0;
}
EXPORT_SYMBOL(strip_write);
