// correct
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

static DEFINE_MUTEX(walk_lock);
static unsigned int lines;

static void line_print(struct seq_file *m)
{
	lockdep_assert_held(&walk_lock);
	seq_printf(m, "%u\n", lines);
}

static void lines_print(struct seq_file *m)
{
	line_print(m);
}

static void *walk_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&walk_lock);
	return *pos ? NULL : &lines;
}

static void *walk_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void walk_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&walk_lock);
}

static int walk_show(struct seq_file *m, void *v)
{
	lines_print(m);
	return 0;
}

static const struct seq_operations walk_ops = {
	.start = walk_start,
	.next = walk_next,
	.stop = walk_stop,
	.show = walk_show,
};

void lines_dump(struct seq_file *m)
{
	mutex_lock(&walk_lock);
	lines_print(m);
	mutex_unlock(&walk_lock);
}
