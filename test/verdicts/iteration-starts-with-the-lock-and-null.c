// correct
struct table { struct mutex lock; int *rows; loff_t n; };
static struct table table;

static void *table_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&table.lock);
	if (*pos >= table.n)
		return NULL;
	return &table.rows[*pos];
}

static void *table_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return *pos < table.n ? &table.rows[*pos] : NULL;
}

static void table_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&table.lock);
}

static const struct seq_operations table_ops = { .start = table_start, .next = table_next, .stop = table_stop };
