// a mistake: lock-order-cycle
struct knot { spinlock_t lock; struct knot *kn_parent; struct hlist_head below; struct hlist_node node; int weight; };

static void knot_reset(struct knot *k)
{
	spin_lock_nested(&k->lock, SINGLE_DEPTH_NESTING);
	k->weight = 0;
	spin_unlock(&k->lock);
}

void knot_clear(struct knot *top)
{
	struct knot *k;

	spin_lock(&top->lock);
	hlist_for_each_entry(k, &top->below, node)
		knot_reset(k);
	spin_unlock(&top->lock);
}
EXPORT_SYMBOL(knot_clear);

static void knot_raise(struct knot *k)
{
	spin_lock(&k->lock);
	spin_lock_nested(&k->kn_parent->lock, SINGLE_DEPTH_NESTING);
	k->kn_parent->weight += k->weight;
	spin_unlock(&k->kn_parent->lock);
	spin_unlock(&k->lock);
}

void knot_add(struct knot *k, int weight)
{
	k->weight = weight;
	knot_raise(k);
}
EXPORT_SYMBOL(knot_add);
