// correct
#include <linux/spinlock.h>
#include <linux/lockdep.h>

/* request_walk() leaves the lock of its first node alone and takes those of the parents one after another. */
struct tnode {
	spinlock_t lock;
	struct tnode *parent;
	int wanted, urgent;
};

static int request_walk(struct tnode *start, int seq)
{
	struct tnode *n;
	int ret = 0;

	lockdep_assert_held(&start->lock);
	for (n = start; 1; n = n->parent) {
		if (n != start)
			spin_lock(&n->lock);
		if (n->wanted >= seq)
			goto out;
		n->wanted = seq;
		if (n != start && n->parent)
			spin_unlock(&n->lock);
		if (!n->parent)
			break;
	}
	ret = 1;
out:
	if (n != start)
		spin_unlock(&n->lock);
	return ret;
}

static void calm_down(struct tnode *n)
{
	lockdep_assert_held(&n->lock);
	n->urgent = 0;
}

void report(struct tnode *n, int seq)
{
	spin_lock(&n->lock);
	if (n->urgent == 0) {
		spin_unlock(&n->lock);
		return;
	}
	if (n->wanted)
		request_walk(n, seq);
	calm_down(n);
	spin_unlock(&n->lock);
}
