// a mistake: missing-unlock
// A queue that is full is skipped with its lock held. The work only calls the walk.
struct queue { spinlock_t lock; int used; int room; };
struct port { struct queue queues[8]; struct work_struct work; int full; };

static void port_fill(struct port *p)
{
	struct queue *q;
	int i;

	for (i = 0; i < 8; i++) {
		q = &p->queues[i];
		spin_lock(&q->lock);
		if (q->used == q->room) {
			p->full++;
			continue;
		}
		q->used++;
		spin_unlock(&q->lock);
	}
}

static void port_work(struct work_struct *work)
{
	port_fill(container_of(work, struct port, work));
}

void port_setup(struct port *p)
{
	int i;

	for (i = 0; i < 8; i++)
		spin_lock_init(&p->queues[i].lock);
	INIT_WORK(&p->work, port_work);
}
