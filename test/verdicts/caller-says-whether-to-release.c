// correct
struct shelf { struct mutex lock; int books; };
int shelf_count(struct shelf *s, bool keep)
{
	int n;

	mutex_lock(&s->lock);
	n = s->books;
	if (!keep)
		mutex_unlock(&s->lock);
	return n;
}
EXPORT_SYMBOL(shelf_count);
