// correct
struct node { struct mutex lock; struct work_struct work; struct node *parent; int state; };
static void node_work(struct work_struct *work)
{
	struct node *n = container_of(work, struct node, work);

	mutex_lock(&n->lock);
	n->state++;
	mutex_unlock(&n->lock);
}
void node_init(struct node *n, struct node *parent)
{
	mutex_init(&n->lock);
	n->parent = parent;
	INIT_WORK(&n->work, node_work);
}
EXPORT_SYMBOL(node_init);
void node_stop_child(struct node *n, struct node *child)
{
	mutex_lock(&n->lock);
	cancel_work_sync(&child->work);
	mutex_unlock(&n->lock);
}
EXPORT_SYMBOL(node_stop_child);
