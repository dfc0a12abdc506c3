// a mistake: sleep-in-atomic
// The writer passes GFP_KERNEL down to an allocation that happens under the spinlock of a function in between.
struct node { struct list_head list; u32 key; };
struct table { spinlock_t lock; struct list_head all; };

static struct table table = { .lock = __SPIN_LOCK_UNLOCKED(table.lock), .all = LIST_HEAD_INIT(table.all) };

static struct node *node_new(u32 key, gfp_t gfp)
{
	struct node *n = kzalloc(sizeof(*n), gfp);

	if (n)
		n->key = key;
	return n;
}

static int table_add(struct table *t, u32 key, gfp_t gfp)
{
	struct node *n = node_new(key, gfp);

	if (!n)
		return -ENOMEM;
	list_add(&n->list, &t->all);
	return 0;
}

static int table_fill(struct table *t, const u32 *keys, int n, gfp_t gfp)
{
	int i, err = 0;

	spin_lock_bh(&t->lock);
	for (i = 0; i < n && !err; i++)
		err = table_add(t, keys[i], gfp);
	spin_unlock_bh(&t->lock);
	return err;
}

int table_load(const u32 *keys, int n)
{
	return table_fill(&table, keys, n, GFP_KERNEL);
}

void table_receive(u32 key)
{
	spin_lock(&table.lock);
	table_add(&table, key, GFP_ATOMIC);
	spin_unlock(&table.lock);
}
