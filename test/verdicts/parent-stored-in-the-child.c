// a mistake: lock-order-cycle
enum { DIR_PARENT, DIR_CHILD };
struct dir { struct mutex lock; struct dir *parent; int n; };

void dir_link(struct dir *parent, struct dir *child)
{
	mutex_lock_nested(&parent->lock, DIR_PARENT);
	mutex_lock_nested(&child->lock, DIR_CHILD);
	child->parent = parent;
	parent->n++;
	mutex_unlock(&child->lock);
	mutex_unlock(&parent->lock);
}
EXPORT_SYMBOL(dir_link);

void dir_unlink(struct dir *child)
{
	struct dir *parent;

	mutex_lock_nested(&child->lock, DIR_PARENT);
	parent = child->parent;
	mutex_lock_nested(&parent->lock, DIR_CHILD);
	child->parent = NULL;
	parent->n--;
	mutex_unlock(&parent->lock);
	mutex_unlock(&child->lock);
}
EXPORT_SYMBOL(dir_unlink);
