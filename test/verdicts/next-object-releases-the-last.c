// correct
struct ent { struct list_head node; spinlock_t lock; struct mutex m; unsigned int n; bool dead; };
static LIST_HEAD(ents); static DEFINE_SPINLOCK(ents_lock); static struct ent *table[16];

/* Unlocks the previous one. */
static struct ent *next_locked(struct ent *prev)
{
	struct ent *e = NULL, *pos;
	if (prev)
		spin_unlock(&prev->lock);
	spin_lock(&ents_lock);
	pos = prev ? list_next_entry(prev, node) : list_first_entry(&ents, struct ent, node);
	if (!list_entry_is_head(pos, &ents, node))
		e = pos;
	spin_unlock(&ents_lock);
	if (e)
		spin_lock(&e->lock);
	return e;
}
unsigned int mark(void)
{
	struct ent *e = NULL;
	unsigned int marked = 0;
	while ((e = next_locked(e))) {
		if (e->dead)
			continue;
		if (e->n > 77) {
			spin_unlock(&e->lock);
			break;
		}
		e->dead = true;
		marked++;
	}
	return marked;
}
