// correct
struct account { int id, balance; pthread_mutex_t lock; };
static struct account x, y;
static void deposit(struct account *from, struct account *to, int n)
{
	if (from->id == to->id)
		return;
	if (from->id < to->id) {
		pthread_mutex_lock(&from->lock);
		pthread_mutex_lock(&to->lock);
	} else {
		pthread_mutex_lock(&to->lock);
		pthread_mutex_lock(&from->lock);
	}
	from->balance -= n;
	to->balance += n;
	pthread_mutex_unlock(&to->lock);
	pthread_mutex_unlock(&from->lock);
}
static void *one(void *arg)
{
	deposit(&x, &y, 3);
	return NULL;
}
static void *two(void *arg)
{
	deposit(&y, &x, 4);
	return NULL;
}
int main(void)
{
	pthread_t s, t;

	pthread_create(&s, NULL, one, NULL);
	pthread_create(&t, NULL, two, NULL);
	pthread_join(s, NULL);
	pthread_join(t, NULL);
	return 0;
}
