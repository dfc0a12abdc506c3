// correct
#include <linux/spinlock.h>

struct link {
	spinlock_t lock;
	unsigned long flags;
	int queued, sent;
};

static void link_lock(struct link *l) __acquires(&l->lock)
{
	spin_lock_irqsave(&l->lock, l->flags);
}

static void link_unlock(struct link *l) __releases(&l->lock)
{
	spin_unlock_irqrestore(&l->lock, l->flags);
}

int transmit(int n);

/* Called with the lock, which is dropped for the transmission. */
static int link_commit(struct link *l)
{
	int rc;

	l->queued--;
	link_unlock(l);
	rc = transmit(l->queued);
	link_lock(l);
	l->sent += rc;
	return rc;
}

static int link_drain(struct link *l)
{
	while (l->queued)
		link_commit(l);
	return l->sent;
}

int link_kick(struct link *l)
{
	int n;

	link_lock(l);
	n = link_drain(l);
	link_unlock(l);
	return n;
}
EXPORT_SYMBOL(link_kick);
