// a mistake: lock-order-cycle
#include <linux/list.h>
#include <linux/mutex.h>

struct node {
	struct mutex lock;
	struct node *parent;
	struct list_head children;
	struct list_head sibling;
	int uses;
	int limit;
};

static void node_lock(struct node *n, unsigned int depth)
{
	mutex_lock_nested(&n->lock, depth);
}

/* Child, then parent. */
int node_use(struct node *n)
{
	node_lock(n, 0);
	n->uses++;
	if (n->parent) {
		node_lock(n->parent, 1);
		n->parent->uses++;
		mutex_unlock(&n->parent->lock);
	}
	mutex_unlock(&n->lock);
	return 0;
}

/* Parent, then each child. */
void node_limit(struct node *n, int limit)
{
	struct node *c;

	node_lock(n, 0);
	n->limit = limit;
	list_for_each_entry(c, &n->children, sibling) {
		node_lock(c, 1);
		c->limit = min(c->limit, limit);
		mutex_unlock(&c->lock);
	}
	mutex_unlock(&n->lock);
}
