// correct
// One function begins a transfer, another one ends it.
struct bay { spinlock_t lock; int speed; };
int bay_begin(struct bay *b)
{
	spin_lock(&b->lock);
	if (b->speed > 3)
		return 0;
	spin_unlock(&b->lock);
	return b->speed;
}
EXPORT_SYMBOL(bay_begin);
void bay_end(struct bay *b)
{
	b->speed = 0;
	spin_unlock(&b->lock);
}
EXPORT_SYMBOL(bay_end);
