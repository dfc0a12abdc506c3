// a mistake: self-deadlock
#include <linux/mutex.h>
#include <linux/kernel.h>

/* close_log() releases the lock on one of its ways only; halt_log() never returns. */
struct log {
	struct mutex lock;
	int full, broken;
};

static void write_log(struct log *l);

static void halt_log(struct log *l)
{
	write_log(l);
	panic("log %p is broken\n", l);
}

static void close_log(struct log *l)
{
	mutex_unlock(&l->lock);
	if (l->broken)
		halt_log(l);
}

static void write_log(struct log *l)
{
	mutex_lock(&l->lock);
	l->full++;
	close_log(l);
}

void rotate_log(struct log *l)
{
	mutex_lock(&l->lock);
	if (l->full)
		write_log(l);
	mutex_unlock(&l->lock);
}
