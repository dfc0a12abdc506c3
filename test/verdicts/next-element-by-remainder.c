// a mistake: lock-order-cycle
struct table { struct mutex stick[8]; int n; };
static struct table t;
void eat(int seat)
{
	int right = (seat + 1) % 8;

	mutex_lock(&t.stick[seat]);
	mutex_lock_nested(&t.stick[right], SINGLE_DEPTH_NESTING);
	t.n++;
	mutex_unlock(&t.stick[right]);
	mutex_unlock(&t.stick[seat]);
}
