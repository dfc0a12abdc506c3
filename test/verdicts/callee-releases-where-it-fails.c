// a mistake: unbalanced-unlock
struct mill { struct rw_semaphore gate; int grain; };
static int mill_feed(struct mill *m, int n)
{
	if (m->grain < n) {
		up_write(&m->gate);
		return -EAGAIN;
	}
	m->grain -= n;
	return 0;
}
int mill_grind(struct mill *m, int n)
{
	int ret;

	down_write(&m->gate);
	ret = mill_feed(m, n);
	if (ret)
		pr_debug("no grain\n");
	up_write(&m->gate);
	return ret;
}
EXPORT_SYMBOL(mill_grind);
