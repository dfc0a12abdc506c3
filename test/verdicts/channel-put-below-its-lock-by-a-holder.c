// correct
#include <linux/idr.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct pipe {
	struct mutex lock;
	refcount_t refs;
	struct list_head entry;
	int open;
};

static DEFINE_IDR(pipes);
static DEFINE_MUTEX(pipes_lock);

static void pipe_put(struct pipe *p)
{
	if (refcount_dec_and_test(&p->refs))
		kfree(p);
}

static struct pipe *pipe_get(int id)
{
	struct pipe *p;

	mutex_lock(&pipes_lock);
	p = idr_find(&pipes, id);
	if (p)
		refcount_inc(&p->refs);
	mutex_unlock(&pipes_lock);
	return p;
}

static void pipe_unlink(struct pipe *p)
{
	list_del(&p->entry);
	pipe_put(p);
}

/* The reference of pipe_get() outlives the lock. */
int pipe_close(int id)
{
	struct pipe *p = pipe_get(id);

	if (!p)
		return -ENOENT;
	mutex_lock(&p->lock);
	pipe_unlink(p);
	mutex_unlock(&p->lock);
	pipe_put(p);
	return 0;
}
