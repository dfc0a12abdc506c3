// correct
// Each path releases in the mode in which it holds the semaphore; a callee downgrades it for its caller.
struct map { struct rw_semaphore sem; int size; };

int map_touch(struct map *m, bool write)
{
	if (write)
		down_write(&m->sem);
	else
		down_read(&m->sem);
	m->size++;
	if (write)
		up_write(&m->sem);
	else
		up_read(&m->sem);
	return 0;
}

static void map_settle(struct map *m)
{
	downgrade_write(&m->sem);
}

int map_shrink(struct map *m)
{
	int size;

	down_write(&m->sem);
	m->size--;
	map_settle(m);
	size = m->size;
	up_read(&m->sem);
	return size;
}
