// correct
struct node { struct kref ref; struct list_head link; };
static DEFINE_SPINLOCK(nodes_lock);
static DEFINE_MUTEX(conf_lock);
/* Runs with nodes_lock held, and drops it. */
static void node_release(struct kref *ref)
{
	struct node *n = container_of(ref, struct node, ref);

	list_del(&n->link);
	spin_unlock(&nodes_lock);
	mutex_lock(&conf_lock);
	kfree(n);
	mutex_unlock(&conf_lock);
}
void node_put(struct node *n)
{
	spin_lock(&nodes_lock);
	if (!kref_put(&n->ref, node_release))
		spin_unlock(&nodes_lock);
}
