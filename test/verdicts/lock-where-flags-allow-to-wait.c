// a mistake: sleep-in-atomic
struct pool { spinlock_t lock; struct mutex refill; struct list_head live; };
struct item { struct list_head link; int tag; };
static struct item *item_make(int tag, gfp_t gfp)
{
	struct item *it = kzalloc(sizeof(*it), gfp);

	if (it)
		it->tag = tag;
	return it;
}
struct item *item_new(struct pool *p, int tag, gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp)) {
		guard(mutex)(&p->refill);
		return item_make(tag, gfp);
	}
	return item_make(tag, gfp);
}
int pool_refill(struct pool *p)
{
	return item_new(p, 0, GFP_KERNEL) ? 0 : -ENOMEM;
}
int pool_add(struct pool *p, int tag)
{
	struct item *it;

	spin_lock(&p->lock);
	it = item_new(p, tag, GFP_NOIO | __GFP_NOWARN);
	if (it)
		list_add(&it->link, &p->live);
	spin_unlock(&p->lock);
	return it ? 0 : -ENOMEM;
}
