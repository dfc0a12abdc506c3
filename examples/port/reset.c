// SPDX-License-Identifier: MIT
#include <linux/errno.h>
#include <linux/string.h>

#include "port.h"

int port_reset(struct port *port)
{
	int err = 0;

	mutex_lock(&port->stats_lock);
	mutex_lock(&port->config_lock);
	if (port->open)
		memset(&port->stats, 0, sizeof(port->stats));
	else
		err = -ENODEV;
	mutex_unlock(&port->config_lock);
	mutex_unlock(&port->stats_lock);
	return err;
}
