// a mistake: sleep-in-atomic
#include <linux/spinlock.h>
#include <linux/delay.h>

/* As the chain that releases one after another, but the caller has taken a lock that nobody releases. */
struct link {
	spinlock_t lock, list_lock;
	struct link *next;
	int users;
};

static void unlock_chain(struct link *l)
{
	struct link *next = l->next;

	l->users--;
	spin_unlock(&l->lock);
	if (next) {
		spin_lock(&next->lock);
		unlock_chain(next);
	}
}

void end_chain(struct link *l)
{
	spin_lock(&l->list_lock);
	spin_lock(&l->lock);
	unlock_chain(l);
	msleep(1);
	spin_unlock(&l->list_lock);
}
