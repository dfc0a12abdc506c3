/* SPDX-License-Identifier: MIT */
#ifndef PORT_H
#define PORT_H

#include <linux/mutex.h>
#include <linux/types.h>

struct seq_file;

struct port_stats {
	u64 packets;
	u64 errors;
	unsigned int link_changes;
};

/* A serial port: config_lock protects its settings, stats_lock its counters. */
struct port {
	struct mutex config_lock;
	struct mutex stats_lock;
	unsigned int speed;
	bool open;
	struct port_stats stats;
};

int port_open(struct port *port);
void port_close(struct port *port);
void port_set_speed(struct port *port, unsigned int speed);

void port_show(struct port *port, struct seq_file *m);
int port_reset(struct port *port);

#endif
