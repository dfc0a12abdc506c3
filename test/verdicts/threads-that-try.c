// correct
pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
int n;
void *t1(void *arg)
{
	pthread_mutex_lock(&a);
	if (pthread_mutex_trylock(&b) == 0) {
		n++;
		pthread_mutex_unlock(&b);
	}
	pthread_mutex_unlock(&a);
	return NULL;
}
int main(void)
{
	pthread_t id;

	pthread_create(&id, NULL, t1, NULL);
	pthread_mutex_lock(&b);
	pthread_mutex_lock(&a);
	n = 2;
	pthread_mutex_unlock(&a);
	pthread_mutex_unlock(&b);
	pthread_join(id, NULL);
	return 0;
}
