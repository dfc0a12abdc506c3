// correct
// The sides name two members of the type.
struct share { spinlock_t lock; u64 size; };
struct room { spinlock_t lock; u64 used; };
struct house { struct share total, trans, delayed, chunk, empty; struct room *room; };
static void share_give(struct house *h, u64 n)
{
	struct share *s = &h->trans;

	spin_lock(&s->lock);
	s->size += n;
	spin_unlock(&s->lock);
}
void house_update(struct house *h)
{
	struct share *s = &h->total;

	spin_lock(&s->lock);
	spin_lock(&h->room->lock);
	h->room->used = s->size;
	spin_unlock(&h->room->lock);
	spin_unlock(&s->lock);
}
EXPORT_SYMBOL(house_update);
void house_return(struct house *h, u64 n)
{
	spin_lock(&h->room->lock);
	share_give(h, n);
	spin_unlock(&h->room->lock);
}
EXPORT_SYMBOL(house_return);
