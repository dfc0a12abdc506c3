// a mistake: irq-state
// The label is behind local_irq_restore(); paths that never saved the state share it.
struct probe { void *regs; int armed; unsigned int last; };

unsigned int probe_read(void *regs);

int probe_sample(struct probe *p)
{
	unsigned long flags;
	unsigned int value;
	int err = 0;

	if (!p->regs) {
		err = -ENODEV;
		goto out;
	}
	local_irq_save(flags);
	value = probe_read(p->regs);
	if (value == ~0U) {
		err = -EIO;
		goto out;
	}
	p->last = value;
	local_irq_restore(flags);
out:
	return err;
}
