// correct
#include <linux/spinlock.h>

struct queue {
	spinlock_t lock;
	int n;
};

struct pair {
	struct queue *in, *out;
	int state;
};

static unsigned long pair_lock(struct pair *p)
	__acquires(&p->out->lock) __acquires(&p->in->lock)
{
	unsigned long flags;

	spin_lock_irqsave(&p->out->lock, flags);
	if (p->in != p->out)
		spin_lock(&p->in->lock);
	else
		__acquire(&p->in->lock);
	return flags;
}

static void pair_unlock(struct pair *p, unsigned long flags)
	__releases(&p->out->lock) __releases(&p->in->lock)
{
	if (p->in != p->out)
		spin_unlock(&p->in->lock);
	else
		__release(&p->in->lock);
	spin_unlock_irqrestore(&p->out->lock, flags);
}

void pair_modify(struct pair *p, int state)
{
	unsigned long flags;

	if (state == 1) {
		flags = pair_lock(p);
		p->in->n++;
		pair_unlock(p, flags);
	}
	if (p->state == 2) {
		flags = pair_lock(p);
		p->out->n = 0;
		pair_unlock(p, flags);
	}
}
EXPORT_SYMBOL(pair_modify);
