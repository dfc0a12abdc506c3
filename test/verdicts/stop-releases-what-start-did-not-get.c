// a mistake: unbalanced-unlock
// stop() runs although start() was interrupted.
static DEFINE_MUTEX(ports_lock);
static LIST_HEAD(ports);

static void *ports_start(struct seq_file *m, loff_t *pos)
{
	if (mutex_lock_interruptible(&ports_lock))
		return ERR_PTR(-EINTR);
	return seq_list_start(&ports, *pos);
}

static void *ports_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &ports, pos);
}

static void ports_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&ports_lock);
}

static int ports_show(struct seq_file *m, void *v)
{
	seq_puts(m, "port\n");
	return 0;
}

static const struct seq_operations ports_ops = {
	.start = ports_start,
	.next = ports_next,
	.stop = ports_stop,
	.show = ports_show,
};

int ports_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &ports_ops);
}
