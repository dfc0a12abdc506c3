// correct
// Only tables that say so are called with the spinlock, and those with a second phase do not sleep in the first.
struct link;
struct link_ops {
	int (*start)(struct link *l);
	void (*finish)(struct link *l);
	bool atomic;
};

struct link {
	struct mutex lock;
	spinlock_t slock;
	const struct link_ops *ops;
	int state;
};

static int link_start_fast(struct link *l)
{
	return l->state;
}

static int link_start_slow(struct link *l)
{
	msleep(5);
	return l->state;
}

static int link_start_split(struct link *l)
{
	return 2;
}

static void link_finish_split(struct link *l)
{
	msleep(10);
}

static const struct link_ops link_fast = { .start = link_start_fast, .atomic = true };
static const struct link_ops link_slow = { .start = link_start_slow };
static const struct link_ops link_split = { .start = link_start_split, .finish = link_finish_split };

int link_start(struct link *l)
{
	int ret;

	if (!l->ops->atomic) {
		mutex_lock(&l->lock);
		ret = l->ops->start(l);
		mutex_unlock(&l->lock);
		return ret;
	}
	spin_lock(&l->slock);
	ret = l->ops->start(l);
	spin_unlock(&l->slock);
	return ret;
}

int link_restart(struct link *l)
{
	int ret;

	if (!l->ops->finish)
		return -EOPNOTSUPP;
	spin_lock(&l->slock);
	ret = l->ops->start(l);
	spin_unlock(&l->slock);
	l->ops->finish(l);
	return ret;
}

void link_choose(struct link *l, int kind)
{
	l->ops = kind == 0 ? &link_fast : kind == 1 ? &link_slow : &link_split;
}
