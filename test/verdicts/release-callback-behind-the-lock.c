// correct
struct item { struct kref ref; struct list_head link; };
static DEFINE_MUTEX(items_lock);
static LIST_HEAD(items);
static void item_release(struct kref *ref)
{
	struct item *i = container_of(ref, struct item, ref);

	mutex_lock(&items_lock);
	list_del(&i->link);
	mutex_unlock(&items_lock);
	kfree(i);
}
void item_put(struct item *i)
{
	kref_put(&i->ref, item_release);
}
struct item *item_first(void)
{
	struct item *i;

	mutex_lock(&items_lock);
	i = list_first_entry_or_null(&items, struct item, link);
	if (i)
		kref_get(&i->ref);
	mutex_unlock(&items_lock);
	return i;
}
void item_touch(void)
{
	struct item *i = item_first();

	if (i)
		item_put(i);
}
