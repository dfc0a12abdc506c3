// correct
static DEFINE_MUTEX(big_lock);
static DECLARE_WAIT_QUEUE_HEAD(big_wq);
static int users;
void big_put(void)
{
	mutex_lock(&big_lock);
	if (--users == 0)
		wake_up(&big_wq);
	mutex_unlock(&big_lock);
}
void big_stop(void)
{
	mutex_lock(&big_lock);
	users--;
	mutex_unlock(&big_lock);
	wait_event(big_wq, users == 0);
}
