// a mistake: sleep-in-atomic
// The configuration may define the name.
static DEFINE_SPINLOCK(counts_lock);
static unsigned long counts;

static unsigned long counts_sum(void)
{
#ifdef CONFIG_COUNTS_DEBUG
	msleep(10);
	return counts + 1;
#else
	return counts;
#endif
}

unsigned long counts_read(void)
{
	unsigned long sum;

	spin_lock(&counts_lock);
	sum = counts_sum();
	spin_unlock(&counts_lock);
	return sum;
}
EXPORT_SYMBOL(counts_read);
