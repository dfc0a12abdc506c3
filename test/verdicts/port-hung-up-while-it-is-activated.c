// a mistake: self-deadlock
// activate() is called under the mutex of the port, which tty_port_hangup() takes.
struct wire { struct tty_port port; bool carrier; };

static int wire_activate(struct tty_port *port, struct tty_struct *tty)
{
	struct wire *wire = container_of(port, struct wire, port);

	if (!wire->carrier)
		tty_port_hangup(port);
	return 0;
}

static const struct tty_port_operations wire_ops = { .activate = wire_activate };

void wire_init(struct wire *wire)
{
	tty_port_init(&wire->port);
	wire->port.ops = &wire_ops;
}
EXPORT_SYMBOL_GPL(wire_init);
