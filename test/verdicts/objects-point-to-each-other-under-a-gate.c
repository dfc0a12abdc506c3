// correct
struct link;
static DEFINE_MUTEX(topology);
struct port { struct mutex lock; struct link *link; int users; };
struct link { struct mutex lock; struct { struct port *port; } end; int up; };
static void link_up(struct link *l)
{
	mutex_lock(&l->lock);
	l->up = 1;
	mutex_unlock(&l->lock);
}
static void bring_up(struct port *p) { link_up(p->link); }
static void start(struct port *p) { bring_up(p); }
static void prepare(struct port *p) { start(p); }
void port_open(struct port *p)
{
	mutex_lock(&topology);
	mutex_lock(&p->lock);
	prepare(p);
	mutex_unlock(&p->lock);
	mutex_unlock(&topology);
}
static void port_use(struct port *p)
{
	mutex_lock(&p->lock);
	p->users++;
	mutex_unlock(&p->lock);
}
static void tell_port(struct link *l) { port_use(l->end.port); }
static void tell(struct link *l) { tell_port(l); }
void link_event(struct link *l)
{
	mutex_lock(&topology);
	mutex_lock(&l->lock);
	tell(l);
	mutex_unlock(&l->lock);
	mutex_unlock(&topology);
}
