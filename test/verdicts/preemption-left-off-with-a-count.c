// a mistake: irq-state
#include <linux/preempt.h>
#include <linux/percpu.h>

/* Zero for no buffer, otherwise the length; only the error path gives the processor's buffer back. */
struct sample {
	int len;
	int error;
};

static DEFINE_PER_CPU(struct sample, samples);

static int fill_sample(struct sample *s);

int show_sample(char *to)
{
	struct sample *s;
	int n;

	preempt_disable();
	s = this_cpu_ptr(&samples);
	n = fill_sample(s);
	if (n > 0)
		return n;
	preempt_enable();
	return 0;
}
