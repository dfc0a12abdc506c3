// a mistake: held-freed
#include <linux/idr.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct pipe {
	struct mutex lock;
	refcount_t refs;
	int open;
};

static DEFINE_IDR(pipes);
static DEFINE_MUTEX(pipes_lock);

static void pipe_free(struct pipe *p)
{
	mutex_destroy(&p->lock);
	kfree(p);
}

static void pipe_put(struct pipe *p)
{
	if (refcount_dec_and_test(&p->refs))
		pipe_free(p);
}

static void pipe_shut(struct pipe *p)
{
	p->open = 0;
	pipe_put(p);
}

int pipe_remove(int id)
{
	struct pipe *p;

	mutex_lock(&pipes_lock);
	p = idr_remove(&pipes, id);
	mutex_unlock(&pipes_lock);
	if (!p)
		return -ENOENT;
	mutex_lock(&p->lock);
	pipe_shut(p);
	mutex_unlock(&p->lock);
	return 0;
}
