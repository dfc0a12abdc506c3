// a mistake: missing-unlock
// The read section goes on where no route is found.
struct route { struct list_head node; int dst; int metric; };
struct table { struct list_head routes; };

static struct route *table_find(struct table *t, int dst)
{
	struct route *r;

	list_for_each_entry_rcu(r, &t->routes, node)
		if (r->dst == dst)
			return r;
	return NULL;
}

int table_metric(struct table *t, int dst)
{
	struct route *r;
	int metric;

	rcu_read_lock();
	r = table_find(t, dst);
	if (!r)
		return -ENOENT;
	metric = r->metric;
	rcu_read_unlock();
	return metric;
}
