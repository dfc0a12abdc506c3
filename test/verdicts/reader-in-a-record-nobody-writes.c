// correct
struct table { rwlock_t lock; spinlock_t stats; int hits; };
void lookup(struct table *t)
{
	read_lock(&t->lock);
	spin_lock(&t->stats);
	t->hits++;
	spin_unlock(&t->stats);
	read_unlock(&t->lock);
}
void report(struct table *t)
{
	spin_lock(&t->stats);
	read_lock(&t->lock);
	t->hits = 0;
	read_unlock(&t->lock);
	spin_unlock(&t->stats);
}
