// a mistake: missing-unlock
struct queue { struct mutex lock; int pending; };
static struct queue *queues[4];
int queues_drain(int budget)
{
	int i, done = 0;

	for (i = 0; i < 4; i++) {
		struct queue *q = queues[i];

		mutex_lock(&q->lock);
		while (q->pending) {
			if (done == budget)
				return done;
			q->pending--;
			done++;
		}
		mutex_unlock(&q->lock);
	}

	return done;
}
