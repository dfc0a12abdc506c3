// a mistake: missing-unlock
struct ent { struct list_head node; spinlock_t lock; struct mutex m; unsigned int n; bool dead; };
static LIST_HEAD(ents); static DEFINE_SPINLOCK(ents_lock); static struct ent *table[16];

static int ent_lock(struct ent *e)
{
	mutex_lock(&e->m);
	if (e->dead) {
		mutex_unlock(&e->m);
		return -ENODEV;
	}
	return 0;
}
int mark(void)
{
	struct ent *e;
	int n = 0;
	list_for_each_entry(e, &ents, node) {
		if (ent_lock(e))
			continue;
		if (e->n > 4) {
			n++;
			continue;
		}
		e->n = 0;
		mutex_unlock(&e->m);
	}
	return n;
}
