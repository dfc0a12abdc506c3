// a mistake: missing-unlock
struct entry { struct list_head node; int id; int dead; };
struct table { struct mutex lock; struct list_head entries; };

struct entry *table_get(struct table *t, int id)
{
	struct entry *e;

	mutex_lock(&t->lock);
	list_for_each_entry(e, &t->entries, node) {
		if (e->id != id)
			continue;
		if (e->dead)
			return NULL;
		return e;
	}
	mutex_unlock(&t->lock);
	return NULL;
}

void table_put(struct table *t)
{
	mutex_unlock(&t->lock);
}
