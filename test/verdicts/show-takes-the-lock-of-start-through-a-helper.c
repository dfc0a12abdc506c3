// a mistake: self-deadlock
// show() runs between start() and stop(), here with the mutex of the object that the file was opened for.
struct ledger {
	struct mutex lock;
	struct list_head rows;
	unsigned long sum;
};

static unsigned long ledger_sum(struct ledger *l)
{
	unsigned long sum;

	mutex_lock(&l->lock);
	sum = l->sum;
	mutex_unlock(&l->lock);
	return sum;
}

static void *ledger_start(struct seq_file *m, loff_t *pos)
{
	struct ledger *l = m->private;

	mutex_lock(&l->lock);
	return seq_list_start(&l->rows, *pos);
}

static void *ledger_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct ledger *l = m->private;

	return seq_list_next(v, &l->rows, pos);
}

static int ledger_show(struct seq_file *m, void *v)
{
	struct ledger *l = m->private;

	seq_printf(m, "%p of %lu\n", v, ledger_sum(l));
	return 0;
}

static void ledger_stop(struct seq_file *m, void *v)
{
	struct ledger *l = m->private;

	mutex_unlock(&l->lock);
}

static const struct seq_operations ledger_ops = {
	.start = ledger_start,
	.next = ledger_next,
	.stop = ledger_stop,
	.show = ledger_show,
};

int ledger_open(struct inode *inode, struct file *file)
{
	int err = seq_open(file, &ledger_ops);

	if (!err)
		((struct seq_file *)file->private_data)->private = inode->i_private;
	return err;
}
