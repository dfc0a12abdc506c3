// a mistake: lock-order-cycle
static DEFINE_MUTEX(tracks);
static DEFINE_MUTEX(titles);
static LIST_HEAD(list);

static void *track_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&tracks);
	return seq_list_start_head(&list, *pos);
}

static void *track_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &list, pos);
}

static void track_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&tracks);
}

static int track_show(struct seq_file *m, void *v)
{
	mutex_lock(&titles);
	seq_printf(m, "%p\n", v);
	mutex_unlock(&titles);
	return 0;
}

const struct seq_operations track_ops = {
	.start	= track_start,
	.next	= track_next,
	.stop	= track_stop,
	.show	= track_show,
};

void track_rename(struct list_head *track)
{
	mutex_lock(&titles);
	mutex_lock(&tracks);
	list_move(track, &list);
	mutex_unlock(&tracks);
	mutex_unlock(&titles);
}
EXPORT_SYMBOL(track_rename);
