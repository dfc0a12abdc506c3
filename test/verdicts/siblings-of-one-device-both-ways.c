// a mistake: lock-order-cycle
struct ring { struct mutex lock; int head; };
struct port { struct ring tx, rx; };

void port_forward(struct port *p)
{
	mutex_lock(&p->tx.lock);
	mutex_lock_nested(&p->rx.lock, 1);
	p->rx.head = p->tx.head;
	mutex_unlock(&p->rx.lock);
	mutex_unlock(&p->tx.lock);
}
EXPORT_SYMBOL(port_forward);

void port_back(struct port *p)
{
	mutex_lock(&p->rx.lock);
	mutex_lock_nested(&p->tx.lock, 1);
	p->tx.head = p->rx.head;
	mutex_unlock(&p->tx.lock);
	mutex_unlock(&p->rx.lock);
}
EXPORT_SYMBOL(port_back);
