// a mistake: wait-deadlock
struct port { struct mutex lock; struct work_struct work; int state; };
static void port_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, work);

	mutex_lock_nested(&p->lock, SINGLE_DEPTH_NESTING);
	p->state++;
	mutex_unlock(&p->lock);
}
void port_init(struct port *p)
{
	mutex_init(&p->lock);
	INIT_WORK(&p->work, port_work);
}
EXPORT_SYMBOL(port_init);
void port_stop(struct port *p)
{
	mutex_lock(&p->lock);
	cancel_work_sync(&p->work);
	p->state = 0;
	mutex_unlock(&p->lock);
}
EXPORT_SYMBOL(port_stop);
