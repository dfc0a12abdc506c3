// a mistake: lock-order-cycle
// The annotation does not order the two: the function runs for either side.
struct lane { spinlock_t lock; int v; };
static struct lane lanes[2];
int swap_side(int side)
{
	struct lane *a = &lanes[side], *b = &lanes[1 - side];

	spin_lock(&a->lock);
	spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	a->v = b->v;
	spin_unlock(&b->lock);
	spin_unlock(&a->lock);
	return 0;
}
