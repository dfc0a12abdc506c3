// correct
// The first handler leaves preemption disabled for the second one, which enables it after the single step.
struct regs { int ip; int trap; };
struct step { int active; };

static struct step step;

int step_begin(struct regs *regs)
{
	preempt_disable();
	if (regs->trap) {
		preempt_enable();
		return 1;
	}
	step.active = regs->ip;
	return 1;
}

int step_end(struct regs *regs)
{
	if (!step.active)
		return 0;
	step.active = 0;
	preempt_enable();
	return 1;
}
