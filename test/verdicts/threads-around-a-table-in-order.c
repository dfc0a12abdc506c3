// correct
#include <pthread.h>
#define N 5
static pthread_mutex_t fork_[N];
struct p { int id; };
static void *phil(void *x)
{
	struct p *p = x;
	int left = p->id, right = (p->id + 1) % N;
	int lo = left < right ? left : right, hi = left < right ? right : left;

	pthread_mutex_lock(&fork_[lo]);
	pthread_mutex_lock(&fork_[hi]);
	pthread_mutex_unlock(&fork_[hi]);
	pthread_mutex_unlock(&fork_[lo]);
	return 0;
}
