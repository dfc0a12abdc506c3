// a mistake: irq-state
#include <linux/preempt.h>

/* Both ways answer one: no caller can tell them apart. */
struct probe {
	int nested, hits;
};

int handle_probe(struct probe *p)
{
	preempt_disable();
	if (!p) {
		preempt_enable();
		return 0;
	}
	if (p->nested) {
		p->hits++;
		return 1;
	}
	p->hits = 1;
	preempt_enable();
	return 1;
}
