// a mistake: annotation-mismatch
#include <linux/spinlock.h>
#include <linux/lockdep.h>

/* start_node() drops the lock where it fails; calm_down() is called all the same. */
struct tnode {
	spinlock_t lock;
	int wanted, urgent;
};

static int start_node(struct tnode *n, int seq)
{
	if (n->wanted > seq) {
		spin_unlock(&n->lock);
		return -EAGAIN;
	}
	n->wanted = seq;
	return 0;
}

static void calm_down(struct tnode *n)
{
	lockdep_assert_held(&n->lock);
	n->urgent = 0;
}

int report(struct tnode *n, int seq)
{
	int err;

	spin_lock(&n->lock);
	err = start_node(n, seq);
	if (err) {
		calm_down(n);
		return err;
	}
	spin_unlock(&n->lock);
	return 0;
}
