// a mistake: unbalanced-unlock
// The label releases what a signal kept from being taken. The element is the same all along.
struct cell { struct list_head node; struct mutex lock; int value; };
struct grid { struct list_head cells; };

int grid_bump(struct grid *g, int n)
{
	struct cell *c = list_first_entry(&g->cells, struct cell, node);
	int err;

	err = mutex_lock_interruptible(&c->lock);
	if (err)
		goto unlock;
	c->value += n;
unlock:
	mutex_unlock(&c->lock);
	return err;
}
