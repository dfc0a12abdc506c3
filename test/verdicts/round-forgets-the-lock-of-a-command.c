// a mistake: missing-unlock
// A command for a port that is down goes back to the queue loop inside the section.
struct command { struct list_head node; int port, op; };
struct port { struct mutex lock; int up, speed; };
static struct port ports[4];
static LIST_HEAD(commands);
static DEFINE_SPINLOCK(commands_lock);

static struct command *next_command(void)
{
	struct command *command;

	spin_lock(&commands_lock);
	command = list_first_entry_or_null(&commands, struct command, node);
	if (command)
		list_del(&command->node);
	spin_unlock(&commands_lock);
	return command;
}

void run_commands(void)
{
	struct command *command;
	struct port *port;

	while ((command = next_command())) {
		if (command->port >= 4) {
			kfree(command);
			continue;
		}
		port = &ports[command->port];
		mutex_lock(&port->lock);
		switch (command->op) {
		case 0:
			port->up = 1;
			break;
		case 1:
			if (!port->up) {
				kfree(command);
				continue;
			}
			port->speed++;
			break;
		}
		mutex_unlock(&port->lock);
		kfree(command);
	}
}
