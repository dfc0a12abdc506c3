// a mistake: self-deadlock
struct entry { struct kref ref; struct list_head link; };
static struct { struct mutex lock; struct list_head all; } table;
static void entry_release(struct kref *ref)
{
	struct entry *e = container_of(ref, struct entry, ref);

	mutex_lock(&table.lock);
	list_del(&e->link);
	mutex_unlock(&table.lock);
	kfree(e);
}
static int put_with(struct entry *e, void (*release)(struct kref *))
{
	return kref_put(&e->ref, release);
}
int entry_drop(struct entry *e)
{
	int gone;

	mutex_lock(&table.lock);
	gone = put_with(e, entry_release);
	mutex_unlock(&table.lock);
	return gone;
}
