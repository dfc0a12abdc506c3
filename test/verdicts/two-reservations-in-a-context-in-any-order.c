// correct
// The context backs off, and says so for an object that is named twice.
static DEFINE_WW_CLASS(resv_class);

struct buffer {
	struct ww_mutex resv;
	unsigned int size;
};

int buffers_copy(struct buffer *to, struct buffer *from)
{
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &resv_class);
	ret = ww_mutex_lock(&to->resv, &ctx);
	if (ret)
		goto fini;
	ret = ww_mutex_lock(&from->resv, &ctx);
	if (ret)
		goto unlock;
	to->size = from->size;
	ww_mutex_unlock(&from->resv);
unlock:
	ww_mutex_unlock(&to->resv);
fini:
	ww_acquire_fini(&ctx);
	return ret;
}
EXPORT_SYMBOL(buffers_copy);

int buffers_swap(struct buffer *a, struct buffer *b)
{
	return buffers_copy(a, b) ?: buffers_copy(b, a);
}
EXPORT_SYMBOL(buffers_swap);
