// a mistake: missing-unlock, unbalanced-unlock
static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);
static int n, m;
void inc_b(void)
{
	spin_lock(&lock_b);
	m++;
	spin_unlock(&lock_b);
}
EXPORT_SYMBOL(inc_b);
void inc_a(void)
{
	spin_lock(&lock_a);
	n++;
	spin_unlock(&lock_b);
}
EXPORT_SYMBOL(inc_a);
