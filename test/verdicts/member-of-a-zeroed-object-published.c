// a mistake: sleep-in-atomic
struct crypto {
	spinlock_t lock;
	struct workqueue_struct *wq;
	void *stats;
	int busy;
};

static spinlock_t nodes;

static struct crypto *current_crypto;

// Other code finds the object and fills it while this function sleeps.
int published(void)
{
	struct crypto *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	current_crypto = c;
	msleep(10);
	spin_lock(&nodes);
	if (c->busy)
		msleep(10);
	spin_unlock(&nodes);
	return 0;
}
