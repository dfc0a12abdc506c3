// correct
static DEFINE_WW_CLASS(pool);
static struct ww_mutex a, b;
static int both(int again)
{
	struct ww_acquire_ctx ctx;
	int ret;

retry:
	ww_acquire_init(&ctx, &pool);
	ret = ww_mutex_lock(&a, &ctx);
	if (ret)
		goto out;
	ret = ww_mutex_lock(&b, &ctx);
	if (!ret) {
		ww_acquire_done(&ctx);
		ww_mutex_unlock(&b);
	}
	ww_mutex_unlock(&a);
out:
	ww_acquire_fini(&ctx);
	if (ret == -EDEADLK && again)
		goto retry;
	return ret;
}
int twice(void)
{
	struct ww_acquire_ctx first, second;
	int ret;

	ww_acquire_init(&first, &pool);
	ret = ww_mutex_lock(&a, &first);
	if (!ret)
		ww_mutex_unlock(&a);
	ww_acquire_fini(&first);
	ww_acquire_init(&second, &pool);
	ret = ww_mutex_lock(&b, &second);
	if (!ret)
		ww_mutex_unlock(&b);
	ww_acquire_fini(&second);
	return both(ret);
}
