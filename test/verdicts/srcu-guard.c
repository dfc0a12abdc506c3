// a mistake: wait-deadlock
DEFINE_STATIC_SRCU(s);
static DEFINE_MUTEX(lock);
static int n;
int reader(void)
{
	guard(srcu)(&s);
	guard(mutex)(&lock);
	return n++;
}
EXPORT_SYMBOL(reader);
void updater(void)
{
	guard(mutex)(&lock);
	n = 0;
	synchronize_srcu(&s);
}
EXPORT_SYMBOL(updater);
