// a mistake: lock-order-cycle
struct node { spinlock_t lock; struct node *next, *prev; int val; };

void node_push(struct node *n)
{
	struct node *next;

	spin_lock(&n->lock);
	next = n->next;
	spin_lock_nested(&next->lock, 1);
	next->val += n->val;
	spin_unlock(&next->lock);
	spin_unlock(&n->lock);
}
EXPORT_SYMBOL(node_push);

void node_pull(struct node *n)
{
	spin_lock(&n->lock);
	spin_lock_nested(&n->prev->lock, 1);
	n->val += n->prev->val;
	spin_unlock(&n->prev->lock);
	spin_unlock(&n->lock);
}
EXPORT_SYMBOL(node_pull);
