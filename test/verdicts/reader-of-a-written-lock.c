// a mistake: lock-order-cycle
static DEFINE_RWLOCK(table_lock);
static DEFINE_SPINLOCK(stats_lock);
static int hits;
void lookup(void)
{
	read_lock(&table_lock);
	spin_lock(&stats_lock);
	hits++;
	spin_unlock(&stats_lock);
	read_unlock(&table_lock);
}
void report(void)
{
	spin_lock(&stats_lock);
	read_lock(&table_lock);
	hits = 0;
	read_unlock(&table_lock);
	spin_unlock(&stats_lock);
}
void grow(void)
{
	write_lock(&table_lock);
	hits = 1;
	write_unlock(&table_lock);
}
