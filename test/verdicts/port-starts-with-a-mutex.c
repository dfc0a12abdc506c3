// a mistake: sleep-in-atomic
struct u { struct uart_port port; struct mutex lock; int n; };
static void u_start_tx(struct uart_port *port)
{
	struct u *u = container_of(port, struct u, port);

	mutex_lock(&u->lock);
	u->n++;
	mutex_unlock(&u->lock);
}
static void u_stop_tx(struct uart_port *port)
{
	msleep(1);
}
static void u_mctrl(struct uart_port *port, unsigned int m)
{
	void *p = kmalloc(4, GFP_KERNEL);

	kfree(p);
}
static const struct uart_ops u_ops = { .start_tx = u_start_tx, .stop_tx = u_stop_tx, .set_mctrl = u_mctrl };
void u_probe(struct u *u)
{
	mutex_init(&u->lock);
	u->port.ops = &u_ops;
}
EXPORT_SYMBOL(u_probe);
