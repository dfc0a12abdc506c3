// correct
// The read section lasts as long as the caller uses what was found; without a result there is none.
struct route { struct list_head node; int dst; int metric; };
struct table { struct list_head routes; };

static struct route *table_get(struct table *t, int dst)
{
	struct route *r;

	rcu_read_lock();
	list_for_each_entry_rcu(r, &t->routes, node)
		if (r->dst == dst)
			return r;
	rcu_read_unlock();
	return NULL;
}

static void table_put(struct route *r)
{
	rcu_read_unlock();
}

int table_metric(struct table *t, int dst)
{
	struct route *r = table_get(t, dst);
	int metric;

	if (!r)
		return -ENOENT;
	metric = r->metric;
	table_put(r);
	return metric;
}
