// correct
struct queue { raw_spinlock_t __lock; int n; struct queue *core; };
struct owner { int cpu; };
static struct mutex names;

#ifdef CONFIG_QUEUE_CORE
static inline raw_spinlock_t *queue_lockp(struct queue *rq)
{
	if (rq->n)
		return &rq->core->__lock;
	return &rq->__lock;
}
#else
static inline raw_spinlock_t *queue_lockp(struct queue *rq)
{
	return &rq->__lock;
}
#endif

void queue_unlock(struct queue *rq)
{
	raw_spin_unlock(queue_lockp(rq));
}

struct queue *owner_queue_lock(struct owner *p)
{
	struct queue *rq = queue_of(p->cpu);

	raw_spin_lock(&rq->__lock);
	return rq;
}

static inline void owner_queue_unlock(struct queue *rq, struct owner *p)
{
	queue_unlock(rq);
}

DEFINE_LOCK_GUARD_1(owner_queue_lock, struct owner,
		    _T->rq = owner_queue_lock(_T->lock),
		    owner_queue_unlock(_T->rq, _T->lock),
		    struct queue *rq)

static void move_task(struct owner *p)
{
	CLASS(owner_queue_lock, guarded)(p);
	struct queue *rq = guarded.rq;

	rq->n++;
}

void leave(struct owner *p)
{
	move_task(p);
	mutex_lock(&names);
	p->cpu = 0;
	mutex_unlock(&names);
}
