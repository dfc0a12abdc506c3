// correct
// This tree has a function of its own with that name, which does not sleep.
struct raft { spinlock_t lock; int hosts; };
static void spi_unregister_device(struct raft *r)
{
	r->hosts--;
}
void raft_release(struct raft *r)
{
	spin_lock(&r->lock);
	spi_unregister_device(r);
	spin_unlock(&r->lock);
}
EXPORT_SYMBOL(raft_release);
