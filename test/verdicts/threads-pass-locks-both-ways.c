// a mistake: lock-order-cycle
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void both(pthread_mutex_t *first, pthread_mutex_t *second)
{
	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
	n++;
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}
static void *one(void *arg)
{
	both(&a, &b);
	return NULL;
}
static void *two(void *arg)
{
	both(&b, &a);
	return NULL;
}
int main(void)
{
	pthread_t x, y;

	pthread_create(&x, NULL, one, NULL);
	pthread_create(&y, NULL, two, NULL);
	pthread_join(x, NULL);
	pthread_join(y, NULL);
	return 0;
}
