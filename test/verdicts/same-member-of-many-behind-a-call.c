// a mistake: lock-order-cycle
// Five members have the type, and both sides name the same one of them.
struct quota { spinlock_t lock; u64 size; };
struct space { spinlock_t lock; u64 used; };
struct volume { struct quota total, trans, delayed, chunk, empty; struct space *space; };
static void space_lock(struct space *s)
{
	spin_lock(&s->lock);
}
static void space_unlock(struct space *s)
{
	spin_unlock(&s->lock);
}
static void quota_give(struct volume *v, u64 n)
{
	struct quota *q = &v->total;

	spin_lock(&q->lock);
	q->size += n;
	spin_unlock(&q->lock);
}
void volume_update(struct volume *v)
{
	struct quota *q = &v->total;
	struct space *s = v->space;

	spin_lock(&q->lock);
	space_lock(s);
	s->used = q->size;
	space_unlock(s);
	spin_unlock(&q->lock);
}
EXPORT_SYMBOL(volume_update);
void volume_return(struct volume *v, u64 n)
{
	spin_lock(&v->space->lock);
	quota_give(v, n);
	spin_unlock(&v->space->lock);
}
EXPORT_SYMBOL(volume_return);
