// a mistake: sleep-in-atomic
static spinlock_t table_lock;
static spinlock_t other_lock;

static int wait_a_while(unsigned long *left)
{
	if (*left == 0)
		return 0;
	msleep(*left);
	return 1;
}

static void extend(unsigned long *left)
{
	*left += 10;
}

// A callee has changed the value in between.
int poll_longer(int ms)
{
	unsigned long left = 0;
	int ret;

	extend(&left);
	spin_lock(&other_lock);
	ret = wait_a_while(&left);
	spin_unlock(&other_lock);
	return ret;
}
