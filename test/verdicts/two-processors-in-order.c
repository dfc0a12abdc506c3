// correct
struct rq { raw_spinlock_t lock; int nr; };
static DEFINE_PER_CPU(struct rq, runq);
void pull(int this, int that)
{
	struct rq *a, *b;

	if (this > that)
		swap(this, that);
	a = per_cpu_ptr(&runq, this);
	b = per_cpu_ptr(&runq, that);
	raw_spin_lock(&a->lock);
	raw_spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	a->nr++; b->nr--;
	raw_spin_unlock(&b->lock);
	raw_spin_unlock(&a->lock);
}

