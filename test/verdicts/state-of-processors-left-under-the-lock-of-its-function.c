// a mistake: lock-order-cycle
static DEFINE_MUTEX(events_lock);
static int events_state;
static int events;

static int events_online(unsigned int cpu)
{
	mutex_lock(&events_lock);
	events++;
	mutex_unlock(&events_lock);
	return 0;
}

static int __init events_init(void)
{
	events_state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "events:online", events_online, NULL);
	return events_state < 0 ? events_state : 0;
}
module_init(events_init);

static void __exit events_exit(void)
{
	mutex_lock(&events_lock);
	cpuhp_remove_state(events_state);
	mutex_unlock(&events_lock);
}
module_exit(events_exit);
