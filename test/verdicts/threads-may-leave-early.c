// a mistake: lock-order-cycle
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void *one(void *arg)
{
	pthread_mutex_lock(&a);
	pthread_mutex_lock(&b);
	n++;
	pthread_mutex_unlock(&b);
	pthread_mutex_unlock(&a);
	return NULL;
}
static void *two(void *arg)
{
	pthread_mutex_lock(&b);
	if (rand() & 1) {
		pthread_mutex_unlock(&b);
		return NULL;
	}
	pthread_mutex_lock(&a);
	n--;
	pthread_mutex_unlock(&a);
	pthread_mutex_unlock(&b);
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
