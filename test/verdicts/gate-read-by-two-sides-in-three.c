// a mistake: lock-order-cycle
// Two of the three sides hold the table lock for reading, which does not keep them apart.
DECLARE_RWSEM(table_lock);
DECLARE_RWSEM(conns_lock);
static DEFINE_MUTEX(channels_lock);
static DEFINE_MUTEX(session_lock);
int shown, bound, expired;

void show_sessions(void)
{
	down_read(&table_lock);
	mutex_lock(&channels_lock);
	mutex_lock(&session_lock);
	shown++;
	mutex_unlock(&session_lock);
	mutex_unlock(&channels_lock);
	up_read(&table_lock);
}

void replace_session(void)
{
	down_read(&table_lock);
	mutex_lock(&session_lock);
	down_write(&conns_lock);
	expired++;
	up_write(&conns_lock);
	mutex_unlock(&session_lock);
	up_read(&table_lock);
}

void bind_session(void)
{
	down_write(&conns_lock);
	mutex_lock(&channels_lock);
	bound++;
	mutex_unlock(&channels_lock);
	up_write(&conns_lock);
}
