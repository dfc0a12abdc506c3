// a mistake: unbalanced-unlock
// Behind downgrade_write() the semaphore is held for reading.
struct map { struct rw_semaphore sem; int size; };

int map_grow(struct map *m, int by)
{
	int size;

	down_write(&m->sem);
	m->size += by;
	downgrade_write(&m->sem);
	size = m->size;
	up_write(&m->sem);
	return size;
}
