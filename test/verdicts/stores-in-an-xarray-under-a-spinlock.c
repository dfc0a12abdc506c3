// a mistake: sleep-in-atomic
struct registry {
	spinlock_t lock;
	struct ida ids;
	struct xarray objects;
	int count;
};

int registry_store(struct registry *r)
{
	int id;

	spin_lock(&r->lock);
	id = xa_err(xa_store(&r->objects, 3, r, GFP_KERNEL));
	if (id >= 0)
		r->count++;
	spin_unlock(&r->lock);
	return id;
}
