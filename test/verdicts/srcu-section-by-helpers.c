// a mistake: wait-deadlock
struct tbl { struct srcu_struct srcu; int n; };
static void tbl_settle(struct tbl *t)
{
	synchronize_srcu(&t->srcu);
}
static int tbl_enter(struct tbl *t)
{
	return srcu_read_lock(&t->srcu);
}
static void tbl_leave(struct tbl *t, int idx)
{
	srcu_read_unlock(&t->srcu, idx);
}
int tbl_read(struct tbl *t)
{
	int idx = tbl_enter(t);

	if (t->n > 10)
		tbl_settle(t);
	tbl_leave(t, idx);
	return 0;
}
EXPORT_SYMBOL(tbl_read);
