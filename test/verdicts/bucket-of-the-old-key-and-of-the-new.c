// a mistake: lock-order-cycle
#include <linux/spinlock.h>
#include <linux/list.h>
#include <linux/hash.h>
struct bkt { spinlock_t lock; struct hlist_head head; };
struct tab { struct bkt *b; unsigned int bits; };
struct ent { struct hlist_node node; u32 key; };
static struct bkt *bkt_of(struct tab *t, u32 key) { return &t->b[hash_32(key, t->bits)]; }
void tab_rekey(struct tab *t, struct ent *e, u32 key)
{
	struct bkt *old = bkt_of(t, e->key);
	struct bkt *new = bkt_of(t, key);

	spin_lock(&old->lock);
	if (new != old)
		spin_lock_nested(&new->lock, SINGLE_DEPTH_NESTING);
	hlist_del(&e->node);
	e->key = key;
	hlist_add_head(&e->node, &new->head);
	if (new != old)
		spin_unlock(&new->lock);
	spin_unlock(&old->lock);
}
