// correct
// The switch takes the lock of the port behind its own.
static DEFINE_SPINLOCK(mux_lock);
static unsigned int mux_owner;
struct lane { struct uart_port port; bool busy; };

static void lane_start_tx(struct uart_port *port)
{
	unsigned long flags;

	spin_lock_irqsave(&mux_lock, flags);
	mux_owner = port->line;
	spin_unlock_irqrestore(&mux_lock, flags);
}

static const struct uart_ops lane_ops = { .start_tx = lane_start_tx };

void lane_init(struct lane *lane)
{
	lane->port.ops = &lane_ops;
}
EXPORT_SYMBOL_GPL(lane_init);

void lane_switch(struct lane *lane)
{
	unsigned long flags;

	spin_lock_irqsave(&mux_lock, flags);
	mux_owner = lane->port.line;
	spin_unlock_irqrestore(&mux_lock, flags);
	uart_port_lock_irqsave(&lane->port, &flags);
	lane->busy = true;
	uart_port_unlock_irqrestore(&lane->port, flags);
}
EXPORT_SYMBOL_GPL(lane_switch);
