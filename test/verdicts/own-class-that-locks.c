// correct
struct page_of { struct rw_semaphore sem; int rows; };
static struct page_of *page_enter(struct page_of *p)
{
	down_write(&p->sem);
	return p;
}
static void page_leave(struct page_of *p)
{
	up_write(&p->sem);
}
DEFINE_CLASS(page, struct page_of *, if (_T) page_leave(_T), page_enter(p), struct page_of *p)

static void page_grow(struct page_of *p)
{
	CLASS(page, in)(p);

	in->rows++;
}
int page_fill(struct page_of *p, int n)
{
	{
		CLASS(page, in)(p);

		if (in->rows >= n)
			return -EBUSY;
		in->rows = n;
	}
	page_grow(p);
	return 0;
}
EXPORT_SYMBOL(page_fill);
