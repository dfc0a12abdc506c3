// a mistake: lock-order-cycle
struct plot { struct mutex lock; struct mutex edge; int n; };
static struct plot *plot_get(struct plot *p)
{
	mutex_lock(&p->lock);
	return p;
}
static void plot_put(struct plot *p)
{
	mutex_unlock(&p->lock);
}
DEFINE_CLASS(plot, struct plot *, plot_put(_T), plot_get(p), struct plot *p)
EXTEND_CLASS(plot, _first, plot_get(first), struct plot *first)

void plot_edge(struct plot *p)
{
	mutex_lock(&p->edge);
	{
		CLASS(plot, in)(p);
		in->n++;
	}
	mutex_unlock(&p->edge);
}
EXPORT_SYMBOL(plot_edge);
void plot_harvest(struct plot *p)
{
	CLASS(plot_first, in)(p);

	mutex_lock(&in->edge);
	in->n--;
	mutex_unlock(&in->edge);
}
EXPORT_SYMBOL(plot_harvest);
