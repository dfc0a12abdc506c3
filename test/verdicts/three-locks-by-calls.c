// a mistake: lock-order-cycle
struct hub { struct mutex top; struct mutex mid; spinlock_t low; int n; };
static void l3(struct hub *h) { spin_lock(&h->low); h->n++; spin_unlock(&h->low); }
static void l2(struct hub *h) { l3(h); }
static void l1(struct hub *h) { mutex_lock(&h->mid); l2(h); mutex_unlock(&h->mid); }
void hub_a(struct hub *h)
{
	mutex_lock(&h->top);
	l1(h);
	mutex_unlock(&h->top);
}
static void k3(struct hub *h) { mutex_lock(&h->top); h->n--; mutex_unlock(&h->top); }
static void k2(struct hub *h) { k3(h); }
static void k1(struct hub *h) { k2(h); }
void hub_b(struct hub *h)
{
	mutex_lock(&h->mid);
	k1(h);
	mutex_unlock(&h->mid);
}
