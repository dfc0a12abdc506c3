// a mistake: wait-deadlock
struct reply { struct completion done; int status; };
struct ctl { struct mutex lock; struct reply *reply; int irq; };
static irqreturn_t ctl_thread(int irq, void *p)
{
	struct ctl *c = p;

	mutex_lock(&c->lock);
	if (c->reply) {
		c->reply->status = 1;
		complete(&c->reply->done);
	}
	mutex_unlock(&c->lock);
	return IRQ_HANDLED;
}
int ctl_probe(struct ctl *c)
{
	mutex_init(&c->lock);
	return request_threaded_irq(c->irq, NULL, ctl_thread, IRQF_ONESHOT, "ctl", c);
}
EXPORT_SYMBOL(ctl_probe);
int ctl_command(struct ctl *c, u32 cmd)
{
	struct reply reply;
	int ret;

	init_completion(&reply.done);
	mutex_lock(&c->lock);
	c->reply = &reply;
	writel(cmd, NULL);
	wait_for_completion(&reply.done);
	ret = reply.status;
	c->reply = NULL;
	mutex_unlock(&c->lock);
	return ret;
}
EXPORT_SYMBOL(ctl_command);
