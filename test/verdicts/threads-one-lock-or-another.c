// a mistake: lock-order-cycle
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER, red = PTHREAD_MUTEX_INITIALIZER, blue = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void *writer(void *arg)
{
	pthread_mutex_lock(&log_lock);
	pthread_mutex_lock(&red);
	n++;
	pthread_mutex_unlock(&red);
	pthread_mutex_unlock(&log_lock);
	return NULL;
}
static void *painter(void *arg)
{
	pthread_mutex_t *color;

	if (rand() & 1)
		color = &red;
	else
		color = &blue;
	pthread_mutex_lock(color);
	pthread_mutex_lock(&log_lock);
	n--;
	pthread_mutex_unlock(&log_lock);
	pthread_mutex_unlock(color);
	return NULL;
}
int main(void)
{
	pthread_t w, p;

	pthread_create(&w, NULL, writer, NULL);
	pthread_create(&p, NULL, painter, NULL);
	pthread_join(w, NULL);
	pthread_join(p, NULL);
	return 0;
}
