// a mistake: wait-deadlock
struct link {
	struct mutex state;
	struct work_struct reset;
	struct completion up;
	int speed;
};

static irqreturn_t link_thread(int irq, void *data)
{
	struct link *l = data;

	mutex_lock(&l->state);
	l->speed = 10;
	complete(&l->up);
	mutex_unlock(&l->state);
	return IRQ_HANDLED;
}

static void link_reset(struct work_struct *work)
{
	struct link *l = container_of(work, struct link, reset);

	reinit_completion(&l->up);
	writel(1, l);
	wait_for_completion(&l->up);
}

int link_probe(struct link *l)
{
	INIT_WORK(&l->reset, link_reset);
	init_completion(&l->up);
	return request_threaded_irq(5, NULL, link_thread, IRQF_ONESHOT, "link", l);
}

void link_close(struct link *l)
{
	mutex_lock(&l->state);
	cancel_work_sync(&l->reset);
	l->speed = 0;
	mutex_unlock(&l->state);
}
