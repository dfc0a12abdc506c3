// correct
struct port { struct semaphore ready; struct semaphore sem; int n; };

void port_arrived(struct port *p)
{
	p->n++;
	up(&p->ready);
}

int port_read(struct port *p)
{
	if (down_interruptible(&p->ready))
		return -ERESTARTSYS;
	return p->n;
}

int port_write(struct port *p, int v)
{
	if (down_interruptible(&p->sem))
		goto out;
	p->n = v;
	up(&p->sem);
out:
	return p->n;
}

void port_init(struct port *p)
{
	sema_init(&p->ready, 0);
	sema_init(&p->sem, 1);
}
