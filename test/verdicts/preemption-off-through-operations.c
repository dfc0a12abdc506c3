// a mistake: sleep-in-atomic
struct source_ops {
	int (*read)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	struct mutex lock;
	int last;
};

static int slow_read(struct source *s)
{
	int last;

	mutex_lock(&s->lock);
	last = s->last;
	mutex_unlock(&s->lock);
	return last;
}

static const struct source_ops slow_ops = {
	.read = slow_read,
};

static int source_value(struct source *s)
{
	return s->ops->read(s);
}

int source_sample(struct source *s)
{
	int cpu = get_cpu();
	int value = source_value(s);

	put_cpu();
	return value + cpu;
}

void source_start(struct source *s)
{
	s->ops = &slow_ops;
}
