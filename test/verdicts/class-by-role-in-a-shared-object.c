// correct
// The lock of an inner queue has a key of its own, that of an outer queue another.
static struct lock_class_key inner_key, outer_key;
struct queue { spinlock_t lock; struct owner *owner; int n; };
struct owner { spinlock_t state_lock; struct queue *inner; struct queue *outer; int state; };
void queue_setup(struct owner *o)
{
	lockdep_set_class(&o->inner->lock, &inner_key);
	lockdep_set_class(&o->outer->lock, &outer_key);
}
void queue_drain(struct owner *o)
{
	spin_lock(&o->outer->lock);
	spin_lock(&o->state_lock);
	o->state++;
	spin_unlock(&o->state_lock);
	spin_unlock(&o->outer->lock);
}
void queue_fill(struct owner *o)
{
	spin_lock(&o->state_lock);
	spin_lock(&o->inner->lock);
	o->inner->n++;
	spin_unlock(&o->inner->lock);
	spin_unlock(&o->state_lock);
}
