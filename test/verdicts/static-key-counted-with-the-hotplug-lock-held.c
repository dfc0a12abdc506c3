// correct
static inline bool static_key_slow_inc_cpuslocked(struct static_key *key)
{
	return static_key_slow_inc(key);
}
static struct static_key wanted;
static DEFINE_MUTEX(map_lock);
static int nr;
static int map_set(int n)
{
	mutex_lock(&map_lock);
	nr = n;
	static_key_slow_inc_cpuslocked(&wanted);
	mutex_unlock(&map_lock);
	return 0;
}
int queue_set(int n)
{
	int ret;

	cpus_read_lock();
	ret = map_set(n);
	cpus_read_unlock();
	return ret;
}
