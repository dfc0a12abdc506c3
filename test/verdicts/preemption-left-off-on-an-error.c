// a mistake: irq-state
// Preemption stays disabled where the first handler cannot be made.
struct hp { int cpu; int frame; };

int hp_start(struct hp *h);

int hp_init(struct hp *all, int count)
{
	int i, err;

	for (i = 0; i < count; i++) {
		preempt_disable();
		if (all[i].cpu == smp_processor_id()) {
			err = hp_start(&all[i]);
			if (err)
				return err;
		}
		preempt_enable();
	}
	return 0;
}
