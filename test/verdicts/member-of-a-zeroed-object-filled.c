// a mistake: sleep-in-atomic
struct crypto {
	spinlock_t lock;
	struct workqueue_struct *wq;
	void *stats;
	int busy;
};

static spinlock_t nodes;

void crypto_fill(struct crypto *c);

// Other code fills the object.
int filled(void)
{
	struct crypto *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	crypto_fill(c);
	spin_lock(&nodes);
	if (c->busy)
		msleep(10);
	spin_unlock(&nodes);
	kfree(c);
	return 0;
}
