// a mistake: wait-deadlock
static DEFINE_MUTEX(lock);
static int state, n;
static int my_online(unsigned int cpu)
{
	mutex_lock(&lock);
	n++;
	mutex_unlock(&lock);
	return 0;
}
static int my_offline(unsigned int cpu)
{
	mutex_lock(&lock);
	n--;
	mutex_unlock(&lock);
	return 0;
}
int start(void)
{
	mutex_lock(&lock);
	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x:online", my_online, my_offline);
	mutex_unlock(&lock);
	return state < 0 ? state : 0;
}
EXPORT_SYMBOL(start);
