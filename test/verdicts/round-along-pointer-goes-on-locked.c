// a mistake: missing-unlock
// The next round moves the pointer on, so the lock of an idle slot is lost.
struct slot { struct mutex lock; int idle; int runs; };
struct pool { struct slot *first, *end; struct delayed_work work; };
int slot_run(struct slot *s);

static int pool_run(struct pool *p)
{
	struct slot *s;
	int ret, failed = 0;

	for (s = p->first; s < p->end; ++s) {
		mutex_lock(&s->lock);
		ret = slot_run(s);
		if (ret == -EAGAIN) {
			s->idle = 1;
			continue;
		}
		if (ret)
			failed++;
		s->runs++;
		mutex_unlock(&s->lock);
	}
	return failed;
}

static void pool_work(struct work_struct *work)
{
	struct pool *p = container_of(to_delayed_work(work), struct pool, work);

	if (pool_run(p))
		schedule_delayed_work(&p->work, HZ);
}

void pool_setup(struct pool *p)
{
	INIT_DELAYED_WORK(&p->work, pool_work);
}
