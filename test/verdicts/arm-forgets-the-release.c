// a mistake: missing-unlock
// Both arms return the same, and nobody else releases the lock.
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
