// correct
// The state goes to the caller, which restores it; the function restores it itself only where it fails.
struct mailbox { int full; int word; };

static int mailbox_open(struct mailbox *m, unsigned long *state)
{
	unsigned long flags;

	local_irq_save(flags);
	if (m->full) {
		local_irq_restore(flags);
		return 1;
	}
	*state = flags;
	return 0;
}

int mailbox_put(struct mailbox *m, int word)
{
	unsigned long state;

	if (mailbox_open(m, &state))
		return -EBUSY;
	m->word = word;
	local_irq_restore(state);
	return 0;
}
