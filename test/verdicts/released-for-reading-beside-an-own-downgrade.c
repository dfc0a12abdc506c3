// a mistake: unbalanced-unlock
#include <linux/rwsem.h>

struct map { struct rw_semaphore sem; int n; };

void map_shrink(struct map *m, int n)
{
	down_write(&m->sem);
	m->n = n;
	downgrade_write(&m->sem);
	n = m->n;
	up_read(&m->sem);
	down_write(&m->sem);
	m->n = n - 1;
	up_read(&m->sem);
}
