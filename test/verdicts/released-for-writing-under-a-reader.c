// a mistake: unbalanced-unlock
// The reader ends its section with the writer's release.
struct gauge { rwlock_t lock; int value; };

int gauge_read(struct gauge *g)
{
	int value;

	read_lock(&g->lock);
	value = g->value;
	write_unlock(&g->lock);
	return value;
}
