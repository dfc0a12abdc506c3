// SPDX-License-Identifier: MIT
#include <linux/seq_file.h>

#include "port.h"

void port_show(struct port *port, struct seq_file *m)
{
	mutex_lock(&port->stats_lock);
	mutex_lock(&port->config_lock);
	seq_printf(m, "%u baud, %llu packets, %llu errors\n", port->speed, port->stats.packets,
		   port->stats.errors);
	mutex_unlock(&port->config_lock);
	mutex_unlock(&port->stats_lock);
}
