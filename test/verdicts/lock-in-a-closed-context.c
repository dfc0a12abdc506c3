// a mistake: self-deadlock
static DEFINE_WW_CLASS(wc);
static DEFINE_WW_CLASS(wc2);
static struct ww_mutex o, o2, o3;
static DEFINE_SPINLOCK(s);
int run(void)
{
	struct ww_acquire_ctx t, t2;
	int ret;

	ww_acquire_init(&t, &wc);
	ww_acquire_done(&t);
	ret = ww_mutex_lock(&o, &t);
	return 0;
}
module_init(run);

