// a mistake: sleep-in-atomic
// The time is no longer zero when the call is tried again.
static spinlock_t table_lock;

static int attach(struct port *p, long *timeo)
{
	if (!*timeo) {
		*timeo = 3;
		return 1;
	}
	schedule_timeout(*timeo);
	return 0;
}

static int unicast(struct port *p)
{
	long timeo = 0;
	int err;

retry:
	err = attach(p, &timeo);
	if (err == 1)
		goto retry;
	return err;
}

int tell(struct port *p)
{
	int err;

	spin_lock(&table_lock);
	err = unicast(p);
	spin_unlock(&table_lock);
	return err;
}
