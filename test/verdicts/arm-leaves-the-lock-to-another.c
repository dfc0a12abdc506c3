// correct
// A full shelf stays locked until shelf_emptied().
struct shelf { struct mutex lock; int books, limit; };
int shelf_add(struct shelf *s, int n)
{
	mutex_lock(&s->lock);
	if (s->books + n > s->limit) {
		s->books = s->limit;
	} else {
		s->books += n;
		mutex_unlock(&s->lock);
	}
	return 0;
}
EXPORT_SYMBOL(shelf_add);
void shelf_emptied(struct shelf *s)
{
	s->books = 0;
	mutex_unlock(&s->lock);
}
EXPORT_SYMBOL(shelf_emptied);
