// a mistake: lock-order-cycle
struct bus { struct mutex lock; struct list_head ports; int rate; };
struct port { struct mutex lock; struct bus *bus; struct list_head node; unsigned long sent; };
static void port_retune(struct port *p)
{
	mutex_lock(&p->lock);
	p->sent = 0;
	mutex_unlock(&p->lock);
}
static void bus_each_port(struct bus *b)
{
	struct port *p;

	list_for_each_entry(p, &b->ports, node)
		port_retune(p);
}
void bus_set_rate(struct bus *b, int rate)
{
	mutex_lock(&b->lock);
	if (b->rate != rate)
		bus_each_port(b);
	b->rate = rate;
	mutex_unlock(&b->lock);
}
static void bus_transfer(struct bus *b)
{
	mutex_lock(&b->lock);
	b->rate++;
	mutex_unlock(&b->lock);
}
static void port_push(struct port *p)
{
	bus_transfer(p->bus);
}
void port_send(struct port *p)
{
	mutex_lock(&p->lock);
	p->sent++;
	port_push(p);
	mutex_unlock(&p->lock);
}
