// correct
struct node { struct mutex lock; struct node *parent; struct list_head children, sibling; int depth; long used; };
static inline void node_lock(struct node *n)
{
	mutex_lock_nested(&n->lock, n->depth);
}
static void freeze_below(struct node *n)
{
	struct node *c;

	node_lock(n);
	list_for_each_entry(c, &n->children, sibling)
		freeze_below(c);
	mutex_unlock(&n->lock);
}
void freeze(struct node *n)
{
	freeze_below(n);
}
int charge(struct node *n, long bytes)
{
	for (; n; n = n->parent) {
		node_lock(n);
		n->used += bytes;
		mutex_unlock(&n->lock);
	}
	return 0;
}
