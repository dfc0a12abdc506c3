// a mistake: self-deadlock
struct sck { struct mutex lock; int n; };
static void sck_add(struct sck *s)
{
	mutex_lock_nested(&s->lock, SINGLE_DEPTH_NESTING);
	s->n++;
	mutex_unlock(&s->lock);
}
void sck_twice(struct sck *s)
{
	mutex_lock(&s->lock);
	sck_add(s);
	mutex_unlock(&s->lock);
}
EXPORT_SYMBOL(sck_twice);
