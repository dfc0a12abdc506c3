// correct
static DEFINE_RAW_SPINLOCK(bell_lock);
static int bell_rung;
DEFINE_LOCK_GUARD_0(bell, raw_spin_lock_irqsave(&bell_lock, _T->flags),
		    raw_spin_unlock_irqrestore(&bell_lock, _T->flags), unsigned long flags)

static void bell_settle(void)
{
	usleep_range(10, 20);
}
void bell_ring(void)
{
	scoped_guard(bell)
		bell_rung++;
	bell_settle();
	{
		guard(bell)();
		bell_rung--;
	}
	bell_settle();
}
EXPORT_SYMBOL(bell_ring);
