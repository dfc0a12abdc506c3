// correct
// next() ends the reader while it looks on, and begins it again.
struct link;

struct link_ops {
	void (*describe)(struct link *l, struct seq_file *m);
};

struct link {
	struct list_head node;
	const struct link_ops *ops;
	spinlock_t lock;
};

static LIST_HEAD(links);

static void plain_describe(struct link *l, struct seq_file *m)
{
	seq_puts(m, "plain\n");
}

static void ring_describe(struct link *l, struct seq_file *m)
{
	spin_lock(&l->lock);
	seq_puts(m, "ring\n");
	spin_unlock(&l->lock);
}

static const struct link_ops plain_ops = { plain_describe };
static const struct link_ops ring_ops = { ring_describe };

static void *links_start(struct seq_file *m, loff_t *pos)
{
	rcu_read_lock();
	return seq_list_start_rcu(&links, *pos);
}

static void *links_next(struct seq_file *m, void *v, loff_t *pos)
{
	void *next;

	rcu_read_unlock();
	msleep(1);
	rcu_read_lock();
	next = seq_list_next_rcu(v, &links, pos);
	return next;
}

static void links_stop(struct seq_file *m, void *v)
{
	rcu_read_unlock();
}

static int links_show(struct seq_file *m, void *v)
{
	struct link *l = list_entry(v, struct link, node);

	l->ops->describe(l, m);
	return 0;
}

static const struct seq_operations links_ops = {
	.start = links_start,
	.next = links_next,
	.stop = links_stop,
	.show = links_show,
};

void link_add(struct link *l, bool ring)
{
	spin_lock_init(&l->lock);
	l->ops = ring ? &ring_ops : &plain_ops;
	list_add_rcu(&l->node, &links);
}
EXPORT_SYMBOL(link_add);
