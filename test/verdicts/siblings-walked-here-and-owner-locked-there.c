// correct
struct owner { struct mutex lock; struct list_head items; int used; };
struct item { struct mutex lock; struct owner *parent; struct list_head node, group; int used; };

void owner_clear(struct owner *o)
{
	struct item *i;

	mutex_lock(&o->lock);
	list_for_each_entry(i, &o->items, node) {
		mutex_lock(&i->lock);
		i->used = 0;
		mutex_unlock(&i->lock);
	}
	mutex_unlock(&o->lock);
}
EXPORT_SYMBOL(owner_clear);

void item_use(struct item *i)
{
	mutex_lock(&i->parent->lock);
	mutex_lock(&i->lock);
	i->used++;
	i->parent->used++;
	mutex_unlock(&i->lock);
	mutex_unlock(&i->parent->lock);
}
EXPORT_SYMBOL(item_use);
