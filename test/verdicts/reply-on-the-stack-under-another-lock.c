// correct
struct reply { struct completion done; int status; };
struct ctl { struct mutex lock; spinlock_t slock; struct reply *reply; int irq; };
static irqreturn_t ctl_irq(int irq, void *p)
{
	struct ctl *c = p;

	spin_lock(&c->slock);
	if (c->reply) {
		c->reply->status = 1;
		complete(&c->reply->done);
	}
	spin_unlock(&c->slock);
	return IRQ_HANDLED;
}
int ctl_probe(struct ctl *c)
{
	mutex_init(&c->lock);
	return request_irq(c->irq, ctl_irq, 0, "ctl", c);
}
EXPORT_SYMBOL(ctl_probe);
int ctl_command(struct ctl *c, u32 cmd)
{
	struct reply reply;
	int ret;

	init_completion(&reply.done);
	mutex_lock(&c->lock);
	spin_lock_irq(&c->slock);
	c->reply = &reply;
	spin_unlock_irq(&c->slock);
	wait_for_completion(&reply.done);
	ret = reply.status;
	mutex_unlock(&c->lock);
	return ret;
}
EXPORT_SYMBOL(ctl_command);
