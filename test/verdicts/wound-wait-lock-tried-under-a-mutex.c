// correct
struct vm {
	struct mutex lock;
	struct list_head bound;
	int resident;
};

struct object {
	struct ww_mutex resv;
	struct list_head node;
	int size;
};

int vm_exec(struct vm *vm, struct object *o, struct ww_class *class)
{
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, class);
	ret = ww_mutex_lock(&o->resv, &ctx);
	if (!ret) {
		mutex_lock(&vm->lock);
		vm->resident += o->size;
		mutex_unlock(&vm->lock);
		ww_mutex_unlock(&o->resv);
	}
	ww_acquire_fini(&ctx);
	return ret;
}

void vm_evict(struct vm *vm)
{
	struct object *o;

	mutex_lock(&vm->lock);
	list_for_each_entry(o, &vm->bound, node) {
		if (!ww_mutex_trylock(&o->resv, NULL))
			continue;
		vm->resident -= o->size;
		ww_mutex_unlock(&o->resv);
	}
	mutex_unlock(&vm->lock);
}

int vm_exec_two(struct object *a, struct object *b, struct ww_class *class)
{
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, class);
	ret = ww_mutex_lock(&a->resv, &ctx);
	if (ret)
		goto out;
	ret = ww_mutex_lock(&b->resv, &ctx);
	if (!ret) {
		a->size += b->size;
		ww_mutex_unlock(&b->resv);
	}
	ww_mutex_unlock(&a->resv);
out:
	ww_acquire_fini(&ctx);
	return ret;
}
