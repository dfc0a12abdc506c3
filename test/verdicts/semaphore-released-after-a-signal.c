// a mistake: unbalanced-unlock
struct port { struct semaphore sem; int n; };

int port_write(struct port *p, int v, bool nonblocking)
{
	int ret = 0;

	if (nonblocking) {
		if (down_trylock(&p->sem))
			return -EAGAIN;
	} else if (down_interruptible(&p->sem)) {
		ret = -ERESTARTSYS;
		goto out;
	}
	p->n = v;
out:
	up(&p->sem);
	return ret;
}

void port_init(struct port *p)
{
	sema_init(&p->sem, 1);
}
