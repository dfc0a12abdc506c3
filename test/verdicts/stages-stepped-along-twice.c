// correct
// Hand over hand, both times from the first to the last.
struct stage {
	spinlock_t lock;
	struct stage *next, *prev;
	int sum;
};

static struct stage stages[6];

static struct stage *step(struct stage *from, struct stage *to)
{
	if (to)
		spin_lock_nested(&to->lock, SINGLE_DEPTH_NESTING);
	spin_unlock(&from->lock);
	return to;
}

void stages_push(int v)
{
	struct stage *s = &stages[0];

	spin_lock(&s->lock);
	while (s) {
		s->sum += v;
		s = step(s, s->next);
	}
}
EXPORT_SYMBOL(stages_push);

int stages_gain(struct stage *first)
{
	struct stage *at = first;
	int sum = 0;

	spin_lock(&at->lock);
	while (at) {
		sum += at->sum;
		at = step(at, at->next);
	}
	return sum;
}
EXPORT_SYMBOL(stages_gain);
