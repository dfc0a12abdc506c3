// a mistake: missing-unlock
struct meter { spinlock_t lock; int low, high; };
static void meter_open(struct meter *m)
{
	spin_lock(&m->lock);
}
static void meter_close(struct meter *m)
{
	spin_unlock(&m->lock);
}
void meter_set(struct meter *m, int which, int value)
{
	meter_open(m);
	switch (which) {
	case 0:
		m->low = value;
		meter_close(m);
		break;
	case 1:
		m->high = value;
		break;
	default:
		meter_close(m);
	}
}
EXPORT_SYMBOL(meter_set);
