// correct
struct session { spinlock_t lock; int credits; struct session *main; };
static DEFINE_XARRAY(sessions);

static void session_pass(struct session *main, struct session *sub, int n)
{
	spin_lock(&main->lock);
	spin_lock_nested(&sub->lock, SINGLE_DEPTH_NESTING);
	main->credits -= n;
	sub->credits += n;
	spin_unlock(&sub->lock);
	spin_unlock(&main->lock);
}

int session_give(unsigned long number, int n)
{
	struct session *sub = xa_load(&sessions, number);

	if (!sub || !sub->main)
		return -ENOENT;
	session_pass(sub->main, sub, n);
	return 0;
}
EXPORT_SYMBOL(session_give);
