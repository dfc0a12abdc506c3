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

int poll_once(int ms)
{
	unsigned long left = 20;
	int ret;

	spin_lock(&table_lock);
	ret = wait_a_while(&left);
	spin_unlock(&table_lock);
	return ret;
}
