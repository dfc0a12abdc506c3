// a mistake: lock-order-cycle
static pthread_mutex_t *p, *q;
static int n;
static void *one(void *arg)
{
	pthread_mutex_lock(p);
	pthread_mutex_lock(q);
	n++;
	pthread_mutex_unlock(q);
	pthread_mutex_unlock(p);
	return NULL;
}
static void *two(void *arg)
{
	pthread_mutex_lock(q);
	pthread_mutex_lock(p);
	n--;
	pthread_mutex_unlock(p);
	pthread_mutex_unlock(q);
	return NULL;
}
int main(void)
{
	pthread_t x, y;
	int i;

	for (i = 0; i < 8; i++) {
		pthread_mutex_t *m = malloc(sizeof(*m));

		pthread_mutex_init(m, NULL);
		if (i == 2)
			p = m;
		if (i == 5)
			q = m;
	}
	pthread_create(&x, NULL, one, NULL);
	pthread_create(&y, NULL, two, NULL);
	pthread_join(x, NULL);
	pthread_join(y, NULL);
	return 0;
}
