// correct
pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
int g;
void *t1(void *arg)
{
	pthread_mutex_lock(&a);
	pthread_mutex_lock(&b);
	g = 1;
	pthread_mutex_unlock(&b);
	pthread_mutex_unlock(&a);
	return NULL;
}
int main(void)
{
	pthread_t id;

	pthread_create(&id, NULL, t1, NULL);
	pthread_join(id, NULL);
	pthread_mutex_lock(&b);
	pthread_mutex_lock(&a);
	g = 2;
	pthread_mutex_unlock(&a);
	pthread_mutex_unlock(&b);
	return 0;
}
