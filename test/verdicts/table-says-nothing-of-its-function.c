// a mistake: sleep-in-atomic
// The member that is tested belongs to the object, and the other table has it as well.
struct link;
struct link_ops {
	int (*start)(struct link *l);
	bool known;
};

struct link {
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

static const struct link_ops link_fast = { .start = link_start_fast, .known = true };
static const struct link_ops link_slow = { .start = link_start_slow, .known = true };

int link_start(struct link *l)
{
	int ret;

	if (!l->ops->known)
		return 0;
	spin_lock(&l->slock);
	ret = l->ops->start(l);
	spin_unlock(&l->slock);
	return ret;
}

void link_choose(struct link *l, int kind)
{
	l->ops = kind == 0 ? &link_fast : &link_slow;
}
