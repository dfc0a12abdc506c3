// a mistake: lock-order-cycle
struct session { spinlock_t lock; int credits; };
static DEFINE_XARRAY(sessions);

static void session_pass(struct session *giver, struct session *taker, int n)
{
	spin_lock(&giver->lock);
	spin_lock_nested(&taker->lock, SINGLE_DEPTH_NESTING);
	giver->credits -= n;
	taker->credits += n;
	spin_unlock(&taker->lock);
	spin_unlock(&giver->lock);
}

int session_give(unsigned long from, unsigned long to, int n)
{
	struct session *giver = xa_load(&sessions, from);
	struct session *taker = xa_load(&sessions, to);

	if (!giver || !taker || giver == taker)
		return -ENOENT;
	session_pass(giver, taker, n);
	return 0;
}
EXPORT_SYMBOL(session_give);
