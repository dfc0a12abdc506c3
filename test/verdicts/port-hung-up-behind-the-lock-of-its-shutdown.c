// correct
struct wire { struct tty_port port; struct mutex power; int users; };

static void wire_shutdown(struct tty_port *port)
{
	struct wire *wire = container_of(port, struct wire, port);

	mutex_lock(&wire->power);
	wire->users--;
	mutex_unlock(&wire->power);
}

static const struct tty_port_operations wire_ops = { .shutdown = wire_shutdown };

void wire_init(struct wire *wire)
{
	tty_port_init(&wire->port);
	mutex_init(&wire->power);
	wire->port.ops = &wire_ops;
}
EXPORT_SYMBOL_GPL(wire_init);

void wire_lost(struct wire *wire)
{
	int users;

	mutex_lock(&wire->power);
	users = wire->users;
	mutex_unlock(&wire->power);
	if (users)
		tty_port_hangup(&wire->port);
}
EXPORT_SYMBOL_GPL(wire_lost);
