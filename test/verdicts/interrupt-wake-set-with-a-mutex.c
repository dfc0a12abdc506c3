// a mistake: sleep-in-atomic
// The wake-up is switched under the lock of the interrupt.
struct latch { struct mutex lock; unsigned long wake; };

static void latch_note(struct latch *latch, unsigned long bit, unsigned int on)
{
	mutex_lock(&latch->lock);
	if (on)
		latch->wake |= bit;
	else
		latch->wake &= ~bit;
	mutex_unlock(&latch->lock);
}

static int latch_set_wake(struct irq_data *d, unsigned int on)
{
	latch_note(irq_data_get_irq_chip_data(d), BIT(d->hwirq), on);
	return 0;
}

static struct irq_chip latch_chip = { .name = "latch", .irq_set_wake = latch_set_wake };

void latch_map(unsigned int irq, struct latch *latch)
{
	irq_set_chip_data(irq, latch);
	irq_set_chip_and_handler(irq, &latch_chip, handle_level_irq);
}
EXPORT_SYMBOL(latch_map);
