// a mistake: wait-deadlock
struct node { struct mutex lock; struct work_struct work; struct node *parent; int state; };
static void node_work(struct work_struct *work)
{
	struct node *n = container_of(work, struct node, work);

	mutex_lock(&n->parent->lock);
	mutex_lock_nested(&n->lock, SINGLE_DEPTH_NESTING);
	n->state++;
	mutex_unlock(&n->lock);
	mutex_unlock(&n->parent->lock);
}
void node_init(struct node *n, struct node *parent)
{
	mutex_init(&n->lock);
	n->parent = parent;
	INIT_WORK(&n->work, node_work);
}
EXPORT_SYMBOL(node_init);
void node_stop(struct node *n)
{
	mutex_lock(&n->lock);
	cancel_work_sync(&n->work);
	mutex_unlock(&n->lock);
}
EXPORT_SYMBOL(node_stop);
