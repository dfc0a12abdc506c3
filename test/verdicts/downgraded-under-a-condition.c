// correct
struct map { struct rw_semaphore sem; int n; bool busy; };
int map_flush(struct map *m, bool quick)
{
	int ret;

	down_write(&m->sem);
	m->n = 0;
	if (quick)
		downgrade_write(&m->sem);
	ret = m->n;
	if (quick)
		up_read(&m->sem);
	else
		up_write(&m->sem);
	return ret;
}
int map_sync(struct map *m)
{
	bool quick;

	down_write(&m->sem);
	quick = m->busy;
	if (!quick)
		goto out;
	downgrade_write(&m->sem);
	up_read(&m->sem);
	return 0;
out:
	up_write(&m->sem);
	return 1;
}
