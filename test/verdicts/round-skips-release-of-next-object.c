// a mistake: missing-unlock
struct ent { struct list_head node; spinlock_t lock; struct mutex m; unsigned int n; bool dead; };
static LIST_HEAD(ents); static DEFINE_SPINLOCK(ents_lock); static struct ent *table[16];
static struct ent *next_locked(struct ent *prev)
{
	struct ent *e = NULL, *pos;
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
			goto next;
		if (!e->n)
			continue;
		e->dead = true;
		marked++;
next:
		spin_unlock(&e->lock);
	}
	return marked;
}
unsigned int total(void)
{
	struct ent *e = NULL;
	unsigned int n = 0;
	while ((e = next_locked(e))) {
		n += e->n;
		spin_unlock(&e->lock);
	}
	return n;
}
