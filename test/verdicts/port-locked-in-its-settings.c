// correct
// set_termios() is called under the mutex of the port, and takes its spinlock itself.
struct lane { struct uart_port port; bool busy; };

static void lane_set_termios(struct uart_port *port, struct ktermios *new, const struct ktermios *old)
{
	struct lane *lane = container_of(port, struct lane, port);
	unsigned long flags;

	uart_port_lock_irqsave(port, &flags);
	lane->busy = false;
	uart_port_unlock_irqrestore(port, flags);
}

static const struct uart_ops lane_ops = { .set_termios = lane_set_termios };
void lane_init(struct lane *lane)
{
	lane->port.ops = &lane_ops;
}
EXPORT_SYMBOL_GPL(lane_init);
