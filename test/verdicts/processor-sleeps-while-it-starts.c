// a mistake: sleep-in-atomic
// A processor that starts has interrupts off, so it must not wait for a mutex.
static DEFINE_MUTEX(tick_mutex);
static int tick_count;

static int tick_starting(unsigned int cpu)
{
	mutex_lock(&tick_mutex);
	tick_count++;
	mutex_unlock(&tick_mutex);
	return 0;
}

int tick_setup(void)
{
	return cpuhp_setup_state(CPUHP_AP_ARM_TWD_STARTING, "tick", tick_starting, NULL);
}
