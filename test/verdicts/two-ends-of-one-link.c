// correct
struct state { struct mutex *lock; int width; };
struct end { struct state *state; int pad; };
struct link { struct end *source; struct end *sink; };
struct state *state_of(struct end *end);
static inline void lock_states(struct state *one, struct state *other)
{
	mutex_lock(one->lock);
	if (one->lock != other->lock)
		mutex_lock(other->lock);
}
static inline void unlock_states(struct state *one, struct state *other)
{
	mutex_unlock(one->lock);
	if (one->lock != other->lock)
		mutex_unlock(other->lock);
}
int link_check(struct link *l)
{
	struct state *from = state_of(l->source);
	struct state *to = state_of(l->sink);
	int ret;

	lock_states(from, to);
	ret = from->width == to->width ? 0 : -EPIPE;
	unlock_states(from, to);
	return ret;
}
