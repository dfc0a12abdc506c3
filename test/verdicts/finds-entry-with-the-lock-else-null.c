// correct
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
			break;
		return e;
	}
	mutex_unlock(&t->lock);
	return NULL;
}

int table_use(struct table *t, int id)
{
	struct entry *e = table_get(t, id);

	if (!e)
		return -ENOENT;
	e->dead = 1;
	mutex_unlock(&t->lock);
	return 0;
}
