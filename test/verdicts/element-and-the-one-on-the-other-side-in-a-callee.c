// a mistake: lock-order-cycle
struct lane { spinlock_t lock; int v; };
struct y { struct lane lane[2]; };
static void take_other(struct y *y, int side)
{
	spin_lock(&y->lane[side ^ 1].lock);
	y->lane[side ^ 1].v++;
	spin_unlock(&y->lane[side ^ 1].lock);
}
int swap_side(struct y *y, int side)
{
	spin_lock(&y->lane[side].lock);
	take_other(y, side);
	spin_unlock(&y->lane[side].lock);
	return 0;
}
