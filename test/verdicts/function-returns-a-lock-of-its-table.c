// a mistake: lock-order-cycle
struct table { struct mutex lock[8]; struct mutex resize; int n; };
static struct mutex *table_mutex(struct table *t, u32 key)
{
	return &t->lock[key & 7];
}

int table_insert(struct table *t, u32 key)
{
	struct mutex *m = table_mutex(t, key);

	mutex_lock(m);
	t->n++;
	if (t->n > 64) {
		mutex_lock(&t->resize);
		t->n = 0;
		mutex_unlock(&t->resize);
	}
	mutex_unlock(m);
	return 0;
}
EXPORT_SYMBOL(table_insert);

void table_grow(struct table *t)
{
	int i;

	mutex_lock(&t->resize);
	for (i = 0; i < 8; i++) {
		mutex_lock(table_mutex(t, i));
		t->n--;
		mutex_unlock(table_mutex(t, i));
	}
	mutex_unlock(&t->resize);
}
EXPORT_SYMBOL(table_grow);
