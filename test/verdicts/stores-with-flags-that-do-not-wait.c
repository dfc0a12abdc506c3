// correct
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
	id = ida_alloc(&r->ids, GFP_ATOMIC);
	if (id >= 0)
		r->count++;
	spin_unlock(&r->lock);
	return id;
}

int registry_add(struct registry *r, unsigned long at, void *object)
{
	int err = xa_err(xa_store(&r->objects, at, object, GFP_KERNEL));

	if (err)
		return err;
	spin_lock(&r->lock);
	r->count++;
	spin_unlock(&r->lock);
	return 0;
}

int registry_replace(struct registry *r, unsigned long at, void *object, gfp_t flags)
{
	int err;

	spin_lock(&r->lock);
	err = xa_err(xa_store(&r->objects, at, object, flags));
	spin_unlock(&r->lock);
	return err;
}
