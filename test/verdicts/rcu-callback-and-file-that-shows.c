// a mistake: irq-inversion
struct o { struct rcu_head rcu; struct pool *p; };
struct pool { spinlock_t lock; int n; };
static void o_free(struct rcu_head *h)
{
	struct o *o = container_of(h, struct o, rcu);
	spin_lock(&o->p->lock);
	o->p->n--;
	spin_unlock(&o->p->lock);
	kfree(o);
}
void o_put(struct o *o)
{
	call_rcu(&o->rcu, o_free);
}
static int pool_show(struct seq_file *m, void *v)
{
	struct pool *p = m->private;
	spin_lock(&p->lock);
	seq_printf(m, "%d\n", p->n);
	spin_unlock(&p->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pool);
void pool_debug(struct pool *p)
{
	debugfs_create_file("pool", 0444, NULL, p, &pool_fops);
}
