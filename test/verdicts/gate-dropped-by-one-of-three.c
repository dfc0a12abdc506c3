// a mistake: lock-order-cycle
// The first drops the mutex of the hub before it takes the second lock: nothing keeps it from the others.
struct hub { struct mutex gate; struct mutex a; struct mutex b; struct mutex c; int n; };
static void lock_a_then_b(struct hub *h)
{
	mutex_lock(&h->a);
	mutex_lock(&h->b);
	h->n++;
	mutex_unlock(&h->b);
	mutex_unlock(&h->a);
}
void hub_open(struct hub *h)
{
	mutex_lock(&h->gate);
	h->n = 1;
	mutex_unlock(&h->gate);
	lock_a_then_b(h);
}
void hub_close(struct hub *h)
{
	mutex_lock(&h->gate);
	mutex_lock(&h->b);
	mutex_lock(&h->c);
	h->n--;
	mutex_unlock(&h->c);
	mutex_unlock(&h->b);
	mutex_unlock(&h->gate);
}
void hub_poll(struct hub *h)
{
	mutex_lock(&h->c);
	mutex_lock(&h->a);
	h->n = 0;
	mutex_unlock(&h->a);
	mutex_unlock(&h->c);
}
