// a mistake: lock-order-cycle
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

static void vm_bind(struct vm *vm, struct object *o)
{
	mutex_lock(&vm->lock);
	list_add_tail(&o->node, &vm->bound);
	vm->resident += o->size;
	mutex_unlock(&vm->lock);
}

int vm_exec(struct vm *vm, struct object *o, struct ww_class *class)
{
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, class);
	ret = ww_mutex_lock(&o->resv, &ctx);
	if (!ret) {
		vm_bind(vm, o);
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
		ww_mutex_lock(&o->resv, NULL);
		vm->resident -= o->size;
		ww_mutex_unlock(&o->resv);
	}
	mutex_unlock(&vm->lock);
}
