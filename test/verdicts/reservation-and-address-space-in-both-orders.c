// a mistake: lock-order-cycle
// An acquire context orders reservations among each other, not against a mutex.
static DEFINE_WW_CLASS(resv_class);

struct buffer {
	struct ww_mutex resv;
	struct list_head node;
	bool bound;
};

struct space {
	struct mutex lock;
	struct list_head bound;
};

static void space_bind(struct space *s, struct buffer *b)
{
	mutex_lock(&s->lock);
	if (!b->bound)
		list_add(&b->node, &s->bound);
	b->bound = true;
	mutex_unlock(&s->lock);
}

int space_exec(struct space *s, struct buffer *b)
{
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &resv_class);
	ret = ww_mutex_lock(&b->resv, &ctx);
	if (!ret) {
		space_bind(s, b);
		ww_mutex_unlock(&b->resv);
	}
	ww_acquire_fini(&ctx);
	return ret;
}
EXPORT_SYMBOL(space_exec);

void space_evict(struct space *s)
{
	struct buffer *b;

	mutex_lock(&s->lock);
	list_for_each_entry(b, &s->bound, node) {
		ww_mutex_lock(&b->resv, NULL);
		b->bound = false;
		ww_mutex_unlock(&b->resv);
	}
	mutex_unlock(&s->lock);
}
EXPORT_SYMBOL(space_evict);
