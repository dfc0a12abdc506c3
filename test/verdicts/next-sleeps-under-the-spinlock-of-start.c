// a mistake: sleep-in-atomic
static DEFINE_SPINLOCK(rules_lock);
static LIST_HEAD(rules);
static DEFINE_MUTEX(cache_lock);
static unsigned long hits;

static void *rules_first(struct seq_file *m, loff_t *pos)
	__acquires(&rules_lock)
{
	spin_lock_bh(&rules_lock);
	return seq_list_start(&rules, *pos);
}

static void *rules_next(struct seq_file *m, void *v, loff_t *pos)
{
	mutex_lock(&cache_lock);
	hits++;
	mutex_unlock(&cache_lock);
	return seq_list_next(v, &rules, pos);
}

static void rules_last(struct seq_file *m, void *v)
	__releases(&rules_lock)
{
	spin_unlock_bh(&rules_lock);
}

static int rules_one(struct seq_file *m, void *v)
{
	seq_puts(m, "rule\n");
	return 0;
}

static const struct seq_operations rules_ops = {
	.start = rules_first,
	.next = rules_next,
	.stop = rules_last,
	.show = rules_one,
};

int rules_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &rules_ops);
}
