// correct
struct pt_node { struct mutex lock; struct list_head children, sib; u8 key; int visits; };
static struct pt_node pt_root;
static struct pt_node *pt_child(struct pt_node *n, u8 key)
{
	struct pt_node *c;

	lockdep_assert_held(&n->lock);
	list_for_each_entry(c, &n->children, sib)
		if (c->key == key)
			return c;
	return NULL;
}
static struct pt_node *pt_walk(u32 path)
{
	struct pt_node *n = &pt_root, *c;
	int level;

	mutex_lock(&n->lock);
	for (level = 0; level < 3; level++) {
		c = pt_child(n, path >> (8 * level));
		if (!c) {
			mutex_unlock(&n->lock);
			return NULL;
		}
		mutex_lock_nested(&c->lock, level + 1);
		mutex_unlock(&n->lock);
		n = c;
	}
	return n;
}
int pt_visit(u32 path)
{
	struct pt_node *n = pt_walk(path);
	int ret;

	if (!n)
		return -ENOENT;
	ret = ++n->visits;
	mutex_unlock(&n->lock);
	return ret;
}
