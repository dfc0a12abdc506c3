// correct
//- pipe.h
struct pipe { bool async; int line; };
void pipe_start(struct pipe *p);
void pipe_end(struct pipe *p);
//- start.c
#include "pipe.h"
#include <linux/irqflags.h>

void pipe_start(struct pipe *p)
{
	if (p->async)
		return;
	if (p->line > 100)
		goto off;
	local_irq_disable();
	while (p->line > 50) {
		local_irq_enable();
		schedule_timeout(1);
		local_irq_disable();
	}
	return;
off:
	local_irq_disable();
}
//- end.c
#include "pipe.h"
#include <linux/irqflags.h>

void pipe_end(struct pipe *p)
{
	if (p->async)
		return;
	p->line = 0;
	local_irq_enable();
}
//- commit.c
#include "pipe.h"

void pipe_commit(struct pipe *p)
{
	pipe_start(p);
	p->line++;
	pipe_end(p);
}
