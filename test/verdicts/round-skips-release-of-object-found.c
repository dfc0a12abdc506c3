// a mistake: missing-unlock
struct ent { struct list_head node; spinlock_t lock; struct mutex m; unsigned int n; bool dead; };
static LIST_HEAD(ents); static DEFINE_SPINLOCK(ents_lock); static struct ent *table[16];
static struct ent *lookup_locked(unsigned int i)
{
	struct ent *e;
	rcu_read_lock();
	e = rcu_dereference(table[i]);
	if (e)
		spin_lock_bh(&e->lock);
	rcu_read_unlock();
	return e;
}

unsigned int mark(void)
{
	struct ent *e;
	unsigned int i, marked = 0;
	for (i = 0; i < 16; i++) {
		e = lookup_locked(i);
		if (!e)
			continue;
		if (e->dead) {
			marked++;
			continue;
		}
		e->n = 0;
		spin_unlock_bh(&e->lock);
	}
	return marked;
}
