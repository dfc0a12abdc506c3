// correct
// The member only says whether the lock is held. The function that ends the walk releases by it.
struct table {
	spinlock_t lock;
	int rows;
};

struct walk {
	struct table *table;
	bool locked;
	int row;
};

static int walk_next(struct walk *w)
{
	if (!w->locked) {
		spin_lock(&w->table->lock);
		w->locked = true;
	}
	if (w->row++ > w->table->rows) {
		spin_unlock(&w->table->lock);
		w->locked = false;
		return 0;
	}
	return 1;
}

static void walk_end(struct walk *w)
{
	if (w->locked) {
		spin_unlock(&w->table->lock);
		w->locked = false;
	}
}

int table_count(struct table *t)
{
	struct walk w = { .table = t };
	int n = 0;

	while (walk_next(&w))
		if (++n > 5)
			break;
	walk_end(&w);
	return n;
}
