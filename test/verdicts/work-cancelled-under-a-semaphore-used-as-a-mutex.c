// a mistake: wait-deadlock
struct feed { struct semaphore busy; struct work_struct work; int rounds; };

static void feed_work(struct work_struct *work)
{
	struct feed *f = container_of(work, struct feed, work);

	down(&f->busy);
	f->rounds++;
	up(&f->busy);
}

void feed_init(struct feed *f)
{
	sema_init(&f->busy, 1);
	INIT_WORK(&f->work, feed_work);
}
EXPORT_SYMBOL(feed_init);

void feed_start(struct feed *f)
{
	schedule_work(&f->work);
}
EXPORT_SYMBOL(feed_start);

void feed_stop(struct feed *f)
{
	down(&f->busy);
	cancel_work_sync(&f->work);
	f->rounds = 0;
	up(&f->busy);
}
EXPORT_SYMBOL(feed_stop);
