// a mistake: unbalanced-unlock
struct gate { struct mutex *latch; int guests; };
static void gate_unlatch(struct mutex *latch)
{
	mutex_unlock(latch);
}
static void gate_leave(struct gate *g)
{
	gate_unlatch(g->latch);
}
int gate_admit(struct gate *g, int kind)
{
	mutex_lock(g->latch);
	switch (kind) {
	case 0:
		g->guests++;
		break;
	case 1:
		gate_leave(g);
		break;
	}
	gate_leave(g);
	return 0;
}
EXPORT_SYMBOL(gate_admit);
