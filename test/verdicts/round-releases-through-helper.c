// correct
struct ent { struct list_head node; spinlock_t lock; struct mutex m; unsigned int n; bool dead; };
static LIST_HEAD(ents); static DEFINE_SPINLOCK(ents_lock); static struct ent *table[16];

static bool ent_lock(struct ent *e)
{
	mutex_lock(&e->m);
	if (e->dead) {
		mutex_unlock(&e->m);
		return false;
	}
	return true;
}
static void drop(struct ent *e)
{
	e->n = 0;
	mutex_unlock(&e->m);
}
int mark(void)
{
	struct ent *e;
	int n = 0;
	list_for_each_entry(e, &ents, node) {
		if (!ent_lock(e))
			continue;
		if (e->n > 4) {
			drop(e);
			continue;
		}
		mutex_unlock(&e->m);
	}
	return n;
}
