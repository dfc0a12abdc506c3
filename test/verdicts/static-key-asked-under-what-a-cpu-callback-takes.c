// correct
static DEFINE_STATIC_KEY_FALSE(fast);
static DEFINE_MUTEX(units_lock);
static int nr;
static void choose(int period)
{
	if (period < 10)
		if (static_branch_likely(&fast)) nr++;
}
int apply(int period)
{
	mutex_lock(&units_lock);
	choose(period);
	mutex_unlock(&units_lock);
	return 0;
}
static int unit_online(unsigned int cpu)
{
	mutex_lock(&units_lock);
	nr++;
	mutex_unlock(&units_lock);
	return 0;
}
int units_init(void)
{
	return cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "units:online", unit_online, NULL);
}
