// a mistake: sleep-in-atomic
struct crypto {
	spinlock_t lock;
	struct workqueue_struct *wq;
	void *stats;
	int busy;
};

static spinlock_t nodes;

// Nothing has written to the members of an object from kmalloc().
int unwritten(void)
{
	struct crypto *c = kmalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	spin_lock(&nodes);
	if (c->busy)
		msleep(10);
	spin_unlock(&nodes);
	kfree(c);
	return 0;
}
