// a mistake: wait-deadlock
static DEFINE_MUTEX(list_lock);
static struct srcu_struct users;
static int ready;
int table_init(void)
{
	int ret = 0;

	mutex_lock(&list_lock);
	if (ready)
		goto out;
	ret = n_cpus();
	if (ret)
		goto out;
	ready = 1;
	synchronize_srcu(&users);
out:
	mutex_unlock(&list_lock);
	return ret;
}
static int user_made(int n)
{
	int ret = table_init();

	return ret ? ret : n;
}
int user_add(int n)
{
	int idx = srcu_read_lock(&users);
	int ret = user_made(n);

	srcu_read_unlock(&users, idx);
	return ret;
}
EXPORT_SYMBOL(user_add);
