// correct
struct lane { spinlock_t lock; int v; };
static struct lane lanes[2];

int swap_side(int side)
{
	struct lane *a = &lanes[side], *b = &lanes[1 - side];

	if (side == 0) {
		spin_lock(&a->lock);
		spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
	} else {
		spin_lock(&b->lock);
		spin_lock_nested(&a->lock, SINGLE_DEPTH_NESTING);
	}
	a->v = b->v;
	spin_unlock(&b->lock);
	spin_unlock(&a->lock);
	return 0;
}

static DEFINE_MUTEX(lanes_mutex);

int shift_side(int side)
{
	mutex_lock(&lanes_mutex);
	spin_lock(&lanes[side].lock);
	spin_lock_nested(&lanes[!side].lock, SINGLE_DEPTH_NESTING);
	lanes[side].v++;
	spin_unlock(&lanes[!side].lock);
	spin_unlock(&lanes[side].lock);
	mutex_unlock(&lanes_mutex);
	return 0;
}
