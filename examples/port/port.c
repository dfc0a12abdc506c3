// SPDX-License-Identifier: MIT
/*
 * A port that takes its two mutexes in one order here, and in the other order in show.c and reset.c. The fix
 * changes both of those files.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "port.h"

int port_open(struct port *port)
{
	mutex_lock(&port->config_lock);
	if (port->open) {
		mutex_unlock(&port->config_lock);
		return -EBUSY;
	}
	port->open = true;
	mutex_lock(&port->stats_lock);
	memset(&port->stats, 0, sizeof(port->stats));
	mutex_unlock(&port->stats_lock);
	mutex_unlock(&port->config_lock);
	return 0;
}

void port_close(struct port *port)
{
	mutex_lock(&port->config_lock);
	port->open = false;
	mutex_lock(&port->stats_lock);
	port->stats.link_changes++;
	mutex_unlock(&port->stats_lock);
	mutex_unlock(&port->config_lock);
}

void port_set_speed(struct port *port, unsigned int speed)
{
	mutex_lock(&port->config_lock);
	port->speed = speed;
	mutex_lock(&port->stats_lock);
	port->stats.link_changes++;
	mutex_unlock(&port->stats_lock);
	mutex_unlock(&port->config_lock);
}
