// correct
// What start() takes, stop() releases: here unless start() gave up, there unless the table was empty.
static DEFINE_MUTEX(ports_lock);
static LIST_HEAD(ports);
static DEFINE_SPINLOCK(slots_lock);
static int slots;

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
	if (!IS_ERR(v))
		mutex_unlock(&ports_lock);
}

static int ports_show(struct seq_file *m, void *v)
{
	lockdep_assert_held(&ports_lock);
	seq_puts(m, "port\n");
	return 0;
}

static const struct seq_operations ports_ops = {
	.start = ports_start,
	.next = ports_next,
	.stop = ports_stop,
	.show = ports_show,
};

static void *slots_start(struct seq_file *m, loff_t *pos)
{
	if (*pos >= slots)
		return NULL;
	spin_lock(&slots_lock);
	return pos;
}

static void *slots_next(struct seq_file *m, void *v, loff_t *pos)
{
	if (++*pos >= slots) {
		spin_unlock(&slots_lock);
		return NULL;
	}
	return pos;
}

static void slots_stop(struct seq_file *m, void *v)
{
	if (v)
		spin_unlock(&slots_lock);
}

static int slots_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%lld\n", *(loff_t *)v);
	return 0;
}

static const struct seq_operations slots_ops = {
	.start = slots_start,
	.next = slots_next,
	.stop = slots_stop,
	.show = slots_show,
};

int ports_open(struct inode *inode, struct file *file)
{
	return seq_open(file, inode->i_private ? &slots_ops : &ports_ops);
}
