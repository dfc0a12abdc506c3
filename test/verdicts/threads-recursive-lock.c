// correct
pthread_mutexattr_t attr;
pthread_mutex_t a;
int n;
void *t1(void *arg)
{
	pthread_mutex_lock(&a);
	pthread_mutex_lock(&a);
	n--;
	pthread_mutex_unlock(&a);
	pthread_mutex_unlock(&a);
	return NULL;
}
int main(void)
{
	pthread_t id;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&a, &attr);
	pthread_create(&id, NULL, t1, NULL);
	pthread_join(id, NULL);
	return 0;
}
