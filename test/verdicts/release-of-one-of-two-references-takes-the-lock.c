// correct
// Whoever closes a session has a reference of its own, which is dropped behind the section.
struct manager {
	struct mutex lock;
	struct list_head sessions;
	unsigned int count;
};

struct session {
	struct kref ref;
	struct list_head node;
	struct manager *manager;
	bool gone;
};

static void session_release(struct kref *ref)
{
	struct session *s = container_of(ref, struct session, ref);
	struct manager *m = s->manager;

	mutex_lock(&m->lock);
	list_del(&s->node);
	m->count--;
	mutex_unlock(&m->lock);
	kfree(s);
}

static void session_put(struct session *s)
{
	kref_put(&s->ref, session_release);
}

void session_hold(struct session *s)
{
	kref_get(&s->ref);
}
EXPORT_SYMBOL(session_hold);

void session_close(struct session *s)
{
	struct manager *m = s->manager;

	mutex_lock(&m->lock);
	s->gone = true;
	session_put(s);
	mutex_unlock(&m->lock);
	session_put(s);
}
EXPORT_SYMBOL(session_close);
