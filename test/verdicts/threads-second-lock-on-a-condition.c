// a mistake: lock-order-cycle
pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
int n;
void *t1(void *arg)
{
	int deep = rand();

	pthread_mutex_lock(&a);
	if (deep)
		pthread_mutex_lock(&b);
	n++;
	if (deep)
		pthread_mutex_unlock(&b);
	pthread_mutex_unlock(&a);
	return NULL;
}
void *t2(void *arg)
{
	pthread_mutex_lock(&b);
	pthread_mutex_lock(&a);
	n--;
	pthread_mutex_unlock(&a);
	pthread_mutex_unlock(&b);
	return NULL;
}
int main(void)
{
	pthread_t i1, i2;

	pthread_create(&i1, NULL, t1, NULL);
	pthread_create(&i2, NULL, t2, NULL);
	pthread_join(i1, NULL);
	pthread_join(i2, NULL);
	return 0;
}
