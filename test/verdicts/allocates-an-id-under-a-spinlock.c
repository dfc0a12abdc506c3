// a mistake: sleep-in-atomic
struct registry {
	spinlock_t lock;
	struct ida ids;
	struct xarray objects;
	int count;
};

int registry_number(struct registry *r)
{
	int id;

	spin_lock(&r->lock);
	id = ida_alloc(&r->ids, GFP_KERNEL);
	if (id >= 0)
		r->count++;
	spin_unlock(&r->lock);
	return id;
}
