// correct
// The record lock of the table's own node and that of an extent have keys of their own: they are not one class.
struct node {
	struct mutex record_lock;
	struct mutex extents_lock;
	struct node *extent;
	int dirty;
};

struct volume {
	struct node *table;
};

static struct lock_class_key table_record_key;
static struct lock_class_key extent_record_key;

void node_init(struct node *node)
{
	mutex_init(&node->record_lock);
	mutex_init(&node->extents_lock);
}

void extent_init(struct node *node)
{
	node_init(node);
	lockdep_set_class(&node->record_lock, &extent_record_key);
}

void table_init(struct volume *volume)
{
	node_init(volume->table);
	lockdep_set_class(&volume->table->record_lock, &table_record_key);
}

void node_write(struct node *node)
{
	mutex_lock(&node->extents_lock);
	mutex_lock(&node->extent->record_lock);
	node->extent->dirty = 0;
	mutex_unlock(&node->extent->record_lock);
	mutex_unlock(&node->extents_lock);
}

void node_alloc(struct volume *volume, struct node *base)
{
	mutex_lock(&volume->table->record_lock);
	mutex_lock(&base->extents_lock);
	base->dirty = 1;
	mutex_unlock(&base->extents_lock);
	mutex_unlock(&volume->table->record_lock);
}
