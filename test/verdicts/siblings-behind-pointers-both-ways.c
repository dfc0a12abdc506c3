// a mistake: lock-order-cycle
struct queue { spinlock_t lock; int n; };
struct pipe { struct queue *in, *out; };

void pipe_fill(struct pipe *p)
{
	spin_lock(&p->in->lock);
	spin_lock_nested(&p->out->lock, SINGLE_DEPTH_NESTING);
	p->out->n += p->in->n;
	spin_unlock(&p->out->lock);
	spin_unlock(&p->in->lock);
}
EXPORT_SYMBOL(pipe_fill);

static void pipe_drain_locked(struct pipe *p)
{
	spin_lock_nested(&p->in->lock, SINGLE_DEPTH_NESTING);
	p->in->n = 0;
	spin_unlock(&p->in->lock);
}

void pipe_back(struct pipe *p)
{
	spin_lock(&p->out->lock);
	pipe_drain_locked(p);
	spin_unlock(&p->out->lock);
}
EXPORT_SYMBOL(pipe_back);
