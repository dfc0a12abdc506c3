// a mistake: lock-order-cycle
#include <linux/spinlock.h>
struct node { spinlock_t lock; struct node *owner; struct node *child_head; int v; };
static void push_down(struct node *n)
{
	struct node *child = n->child_head;
	spin_lock(&n->lock);
	spin_lock_nested(&child->lock, SINGLE_DEPTH_NESTING);
	child->v += n->v;
	spin_unlock(&child->lock);
	spin_unlock(&n->lock);
}
static void pull_up(struct node *n)
{
	struct node *p = n->owner;
	spin_lock(&n->lock);
	spin_lock_nested(&p->lock, SINGLE_DEPTH_NESTING);
	p->v += n->v;
	spin_unlock(&p->lock);
	spin_unlock(&n->lock);
}
void tick(struct node *n) { push_down(n); pull_up(n); }
