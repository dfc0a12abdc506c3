// correct
struct queue { spinlock_t lock; int n; };
struct pipe { struct mutex config; struct queue in, out; };

void pipe_fill(struct pipe *p)
{
	mutex_lock(&p->config);
	spin_lock(&p->in.lock);
	spin_lock_nested(&p->out.lock, SINGLE_DEPTH_NESTING);
	p->out.n += p->in.n;
	spin_unlock(&p->out.lock);
	spin_unlock(&p->in.lock);
	mutex_unlock(&p->config);
}
EXPORT_SYMBOL(pipe_fill);

void pipe_back(struct pipe *p)
{
	mutex_lock(&p->config);
	spin_lock(&p->out.lock);
	spin_lock_nested(&p->in.lock, SINGLE_DEPTH_NESTING);
	p->in.n = 0;
	spin_unlock(&p->in.lock);
	spin_unlock(&p->out.lock);
	mutex_unlock(&p->config);
}
EXPORT_SYMBOL(pipe_back);
