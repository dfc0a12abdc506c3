// a mistake: missing-unlock
struct ent { struct list_head node; spinlock_t lock; struct mutex m; unsigned int n; bool dead; };
static LIST_HEAD(ents); static DEFINE_SPINLOCK(ents_lock); static struct ent *table[16];

static struct ent *get(unsigned int i)
{
	struct ent *e;
	e = table[i];
	if (!e)
		return ERR_PTR(-ENOENT);
	mutex_lock(&e->m);
	return e;
}
static void put(struct ent *e)
{
	mutex_unlock(&e->m);
}
int mark(void)
{
	struct ent *e;
	unsigned int i;
	for (i = 0; i < 16; i++) {
		e = get(i);
		if (IS_ERR(e))
			continue;
		if (e->dead)
			continue;
		e->n = 0;
		put(e);
	}
	return 0;
}
