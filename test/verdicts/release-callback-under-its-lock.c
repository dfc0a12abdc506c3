// a mistake: self-deadlock
struct sess { struct hlist_node node; struct kref ref; bool detached; };
static DEFINE_MUTEX(sess_lock);
static LIST_HEAD(sess_all);
static void sess_release(struct kref *ref)
{
	struct sess *s = container_of(ref, struct sess, ref);

	mutex_lock(&sess_lock);
	if (!s->detached)
		hash_del(&s->node);
	mutex_unlock(&sess_lock);
	kfree(s);
}
void sess_put(struct sess *s)
{
	if (s)
		kref_put(&s->ref, sess_release);
}
void sess_expire(struct sess *s)
{
	mutex_lock(&sess_lock);
	hash_del(&s->node);
	s->detached = true;
	sess_put(s);
	mutex_unlock(&sess_lock);
}
