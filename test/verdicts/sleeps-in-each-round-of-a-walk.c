// a mistake: sleep-in-atomic
struct port { struct list_head node; int id; };
struct hub { spinlock_t lock; struct list_head ports; };
static void port_reset(struct port *p)
{
	msleep(20);
	p->id = 0;
}
static void hub_reset_ports(struct hub *h)
{
	struct port *p;

	list_for_each_entry(p, &h->ports, node)
		port_reset(p);
}
void hub_reset(struct hub *h)
{
	spin_lock(&h->lock);
	hub_reset_ports(h);
	spin_unlock(&h->lock);
}
