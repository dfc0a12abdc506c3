// a mistake: self-deadlock
// start_tx() is called under the lock of the port.
struct lane { struct uart_port port; bool busy; };

static void lane_fill(struct uart_port *port)
{
	struct lane *lane = container_of(port, struct lane, port);
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	lane->busy = true;
	uart_port_unlock_irqrestore(port, flags);
}

static void lane_start_tx(struct uart_port *port)
{
	lane_fill(port);
}

static const struct uart_ops lane_ops = { .start_tx = lane_start_tx };
void lane_init(struct lane *lane)
{
	lane->port.ops = &lane_ops;
}
EXPORT_SYMBOL_GPL(lane_init);
