// a mistake: wait-deadlock
struct link { struct semaphore gate; struct completion reply; struct work_struct work; int answer; };

static void link_work(struct work_struct *work)
{
	struct link *l = container_of(work, struct link, work);

	down(&l->gate);
	l->answer = 1;
	up(&l->gate);
	complete(&l->reply);
}

void link_init(struct link *l)
{
	sema_init(&l->gate, 1);
	init_completion(&l->reply);
	INIT_WORK(&l->work, link_work);
}
EXPORT_SYMBOL(link_init);

int link_ask(struct link *l)
{
	down(&l->gate);
	schedule_work(&l->work);
	wait_for_completion(&l->reply);
	up(&l->gate);
	return l->answer;
}
EXPORT_SYMBOL(link_ask);
