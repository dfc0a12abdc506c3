// a mistake: wait-deadlock
struct link;
struct port { struct mutex lock; bool up; int flaps; struct link *link; };
struct link { struct mutex lock; struct delayed_work poll; int speed; struct port *port; };
static void link_update(struct link *l)
{
	mutex_lock(&l->lock);
	l->speed++;
	mutex_unlock(&l->lock);
}
static void link_poll(struct work_struct *work)
{
	struct link *l = container_of(to_delayed_work(work), struct link, poll);

	link_update(l);
	schedule_delayed_work(&l->poll, HZ);
}
static void port_bounce(struct port *p)
{
	mutex_lock(&p->lock);
	p->flaps++;
	mutex_unlock(&p->lock);
}
int link_force(struct link *l, int speed)
{
	mutex_lock(&l->lock);
	if (speed && l->speed != speed) {
		l->speed = speed;
		port_bounce(l->port);
	}
	mutex_unlock(&l->lock);
	return 0;
}
static void link_stop(struct link *l)
{
	cancel_delayed_work_sync(&l->poll);
}
void port_set(struct port *p, bool up)
{
	mutex_lock(&p->lock);
	if (up)
		schedule_delayed_work(&p->link->poll, 0);
	else
		link_stop(p->link);
	p->up = up;
	mutex_unlock(&p->lock);
}
void link_init(struct link *l)
{
	mutex_init(&l->lock);
	INIT_DELAYED_WORK(&l->poll, link_poll);
}
