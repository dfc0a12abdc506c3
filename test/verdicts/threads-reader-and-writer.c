// a mistake: lock-order-cycle
pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
int n;
void *t1(void *arg)
{
	pthread_rwlock_rdlock(&rw);
	pthread_mutex_lock(&m);
	n++;
	pthread_mutex_unlock(&m);
	pthread_rwlock_unlock(&rw);
	return NULL;
}
void *t2(void *arg)
{
	pthread_mutex_lock(&m);
	pthread_rwlock_wrlock(&rw);
	n--;
	pthread_rwlock_unlock(&rw);
	pthread_mutex_unlock(&m);
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
