// correct
// The last call of the walk may have no ring, and then does nothing; with a ring, it is called with its lock held.
struct ring { struct mutex lock; int used; struct list_head node; };

static void ring_write_back(struct ring *r)
{
	lockdep_assert_held(&r->lock);
	r->used = 0;
}

static void ring_finish(struct ring *r)
{
	if (!r)
		return;
	ring_write_back(r);
	mutex_unlock(&r->lock);
}

void ring_reset(struct ring *r)
{
	mutex_lock(&r->lock);
	ring_write_back(r);
	mutex_unlock(&r->lock);
}

struct entry { struct ring *ring; struct entry *next; };

static void rings_run(struct work_struct *work);
static DECLARE_WORK(rings_work, rings_run);
static struct entry *waiting;

static void rings_run(struct work_struct *work)
{
	struct ring *r = NULL;
	struct entry *e;

	for (e = waiting; e; e = e->next) {
		if (e->ring != r) {
			ring_finish(r);
			r = e->ring;
			mutex_lock(&r->lock);
		}
		r->used++;
	}
	ring_finish(r);
}
