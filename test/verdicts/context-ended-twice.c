// a mistake: unbalanced-unlock
static DEFINE_WW_CLASS(wc);
static DEFINE_WW_CLASS(wc2);
static struct ww_mutex o, o2, o3;
static DEFINE_SPINLOCK(s);
int run(void)
{
	struct ww_acquire_ctx t, t2;
	int ret;

	ww_acquire_init(&t, &wc);
	ww_acquire_fini(&t);
	ww_acquire_fini(&t);
	return 0;
}
module_init(run);

