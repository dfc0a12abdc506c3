// a mistake: irq-state
// Helpers switch bottom halves off and on; one case leaves without the second.
struct queue { int users; int state; };

static void queue_quiet(struct queue *q)
{
	q->users++;
	local_bh_disable();
}

static void queue_loud(struct queue *q)
{
	local_bh_enable();
	q->users--;
}

int queue_set(struct queue *q, int state)
{
	queue_quiet(q);
	switch (state) {
	case 1:
		q->state = 1;
		break;
	case 2:
		q->state = 4;
		break;
	default:
		return -EINVAL;
	}
	queue_loud(q);
	return 0;
}
