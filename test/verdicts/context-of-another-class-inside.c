// correct
static DEFINE_WW_CLASS(pool);
static DEFINE_WW_CLASS(crtc);
static struct ww_mutex a, b;
int nested(void)
{
	struct ww_acquire_ctx outer, inner;
	int ret;

	ww_mutex_init(&a, &crtc);
	ww_mutex_init(&b, &pool);
	ww_acquire_init(&outer, &crtc);
	ret = ww_mutex_lock(&a, &outer);
	if (!ret) {
		ww_acquire_init(&inner, &pool);
		ret = ww_mutex_lock(&b, &inner);
		if (!ret)
			ww_mutex_unlock(&b);
		ww_acquire_fini(&inner);
		ww_mutex_unlock(&a);
	}
	ww_acquire_fini(&outer);
	return ret;
}
