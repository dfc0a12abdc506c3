// correct
// Each table has a lock of its own; neither show() meets the one that its own start() took.
static DEFINE_MUTEX(reads);
static DEFINE_MUTEX(writes);
static unsigned int count[2];

static void *reads_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&reads);
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *any_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void reads_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&reads);
}

static int reads_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", count[0]);
	return 0;
}

static void *writes_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void writes_stop(struct seq_file *m, void *v)
{
}

static int writes_show(struct seq_file *m, void *v)
{
	mutex_lock(&reads);
	mutex_lock(&writes);
	seq_printf(m, "%u %u\n", count[0], count[1]);
	mutex_unlock(&writes);
	mutex_unlock(&reads);
	return 0;
}

static const struct seq_operations reads_ops = {
	.start = reads_start,
	.next = any_next,
	.stop = reads_stop,
	.show = reads_show,
};

static const struct seq_operations writes_ops = {
	.start = writes_start,
	.next = any_next,
	.stop = writes_stop,
	.show = writes_show,
};

int reads_open(struct inode *inode, struct file *file)
{
	return seq_open(file, inode->i_private ? &writes_ops : &reads_ops);
}
