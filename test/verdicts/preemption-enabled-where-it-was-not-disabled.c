// a mistake: irq-state
// The error in front of preempt_disable() jumps to preempt_enable().
struct gauge { int ready; int __percpu *counts; };

int gauge_add(struct gauge *g, int n)
{
	int err = 0;

	if (!g->ready) {
		err = -ENODEV;
		goto unlock;
	}
	preempt_disable();
	*this_cpu_ptr(g->counts) += n;
unlock:
	preempt_enable();
	return err;
}
