// a mistake: missing-unlock
enum { SINK_SHARED = 1, SINK_FULL = 2 };
struct sink { unsigned int flags; int room; };
static DEFINE_SPINLOCK(sinks_lock);

static void sinks_enter(struct sink *s)
{
	if (s->flags & SINK_SHARED)
		spin_lock(&sinks_lock);
}

static void sinks_leave(struct sink *s)
{
	if (s->flags & SINK_SHARED)
		spin_unlock(&sinks_lock);
}

static void sink_alone(struct sink *s)
{
	s->room = 4096;
	s->flags &= ~SINK_SHARED;
}

static int sink_store(struct sink *s, int len)
{
	if (s->room >= len)
		return 0;
	sink_alone(s);
	return 1;
}

int sink_write(struct sink *s, int len)
{
	int ret;

	sinks_enter(s);
	ret = sink_store(s, len);
	sinks_leave(s);
	return ret;
}
