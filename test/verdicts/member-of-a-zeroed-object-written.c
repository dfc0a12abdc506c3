// a mistake: sleep-in-atomic
struct crypto {
	spinlock_t lock;
	struct workqueue_struct *wq;
	void *stats;
	int busy;
};

static spinlock_t nodes;

// The member is written before.
int written(void *node)
{
	struct crypto *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->wq = alloc_ordered_workqueue("crypto", 0);
	spin_lock(&nodes);
	if (c->wq)
		destroy_workqueue(c->wq);
	spin_unlock(&nodes);
	kfree(c);
	return 0;
}
