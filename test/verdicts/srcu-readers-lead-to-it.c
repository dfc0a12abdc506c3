// a mistake: wait-deadlock
DEFINE_STATIC_SRCU(s);
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
int reader(void)
{
	int idx = srcu_read_lock(&s);

	mutex_lock(&a);
	mutex_unlock(&a);
	srcu_read_unlock(&s, idx);
	return 0;
}
EXPORT_SYMBOL(reader);
void ab(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
}
EXPORT_SYMBOL(ab);
void updater(void)
{
	mutex_lock(&b);
	synchronize_srcu(&s);
	mutex_unlock(&b);
}
EXPORT_SYMBOL(updater);
