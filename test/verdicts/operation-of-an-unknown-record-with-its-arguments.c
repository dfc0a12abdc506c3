// a mistake: lock-order-cycle
struct chip { spinlock_t lock; int users; };
static DEFINE_SPINLOCK(vpp_lock);
static struct chip chip;
static void board_set_vpp(int on)
{
	spin_lock(&vpp_lock);
	chip.users = on;
	spin_unlock(&vpp_lock);
}
void chip_set_vpp(struct board_data *data)
{
	spin_lock(&chip.lock);
	data->set_vpp(1);
	spin_unlock(&chip.lock);
}
void chip_reset(void)
{
	spin_lock(&vpp_lock);
	spin_lock(&chip.lock);
	chip.users = 0;
	spin_unlock(&chip.lock);
	spin_unlock(&vpp_lock);
}
void board_probe(struct board_data *data) { data->set_vpp = board_set_vpp; }
