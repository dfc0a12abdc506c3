// a mistake: annotation-mismatch
#include <linux/spinlock.h>
#include <linux/lockdep.h>

struct tnode {
	spinlock_t lock;
	int wanted, urgent;
};

static void end_node(struct tnode *n)
{
	n->wanted = 0;
	spin_unlock(&n->lock);
}

static void calm_down(struct tnode *n)
{
	lockdep_assert_held(&n->lock);
	n->urgent = 0;
}

void report(struct tnode *n)
{
	spin_lock(&n->lock);
	if (n->urgent) {
		end_node(n);
		calm_down(n);
		return;
	}
	end_node(n);
}
