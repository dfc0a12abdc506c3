// correct
struct link {
	struct mutex lock;
	struct completion up;
	struct work_struct work;
	int speed;
};

static void link_note(struct link *link)
{
	mutex_lock(&link->lock);
	link->speed = 1;
	mutex_unlock(&link->lock);
}

static void link_train(struct link *link)
{
	if (link->speed > 1)
		link_note(link);
}

static void link_work(struct work_struct *work)
{
	struct link *link = container_of(work, struct link, work);

	link_train(link);
	complete(&link->up);
}

int link_start(struct link *link)
{
	mutex_lock(&link->lock);
	schedule_work(&link->work);
	wait_for_completion(&link->up);
	mutex_unlock(&link->lock);
	return 0;
}
EXPORT_SYMBOL_GPL(link_start);

void link_setup(struct link *link)
{
	mutex_init(&link->lock);
	init_completion(&link->up);
	INIT_WORK(&link->work, link_work);
}
EXPORT_SYMBOL_GPL(link_setup);
