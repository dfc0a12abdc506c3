// correct
// Both orders of `heads` and `tails` exist, but only with `index` held.
static DEFINE_MUTEX(index);
static DEFINE_MUTEX(heads);
static DEFINE_MUTEX(tails);
static LIST_HEAD(list);

static void *pair_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&index);
	return seq_list_start(&list, *pos);
}

static void *pair_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &list, pos);
}

static void pair_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&index);
}

static int pair_show(struct seq_file *m, void *v)
{
	mutex_lock(&heads);
	mutex_lock(&tails);
	seq_printf(m, "%p\n", v);
	mutex_unlock(&tails);
	mutex_unlock(&heads);
	return 0;
}

static const struct seq_operations pair_ops = {
	.start = pair_start,
	.next = pair_next,
	.stop = pair_stop,
	.show = pair_show,
};

int pair_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &pair_ops);
}

void pair_turn(struct list_head *pair)
{
	mutex_lock(&index);
	mutex_lock(&tails);
	mutex_lock(&heads);
	list_move(pair, &list);
	mutex_unlock(&heads);
	mutex_unlock(&tails);
	mutex_unlock(&index);
}
EXPORT_SYMBOL(pair_turn);
