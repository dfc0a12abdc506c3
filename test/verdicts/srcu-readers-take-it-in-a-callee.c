// a mistake: wait-deadlock
struct tbl { struct srcu_struct srcu; struct mutex lock; int n; };
static void tbl_touch(struct tbl *t)
{
	mutex_lock(&t->lock);
	t->n++;
	mutex_unlock(&t->lock);
}
int tbl_read(struct tbl *t)
{
	int idx = srcu_read_lock(&t->srcu);

	tbl_touch(t);
	srcu_read_unlock(&t->srcu, idx);
	return 0;
}
EXPORT_SYMBOL(tbl_read);
static void tbl_settle(struct tbl *t)
{
	synchronize_srcu_expedited(&t->srcu);
}
void tbl_update(struct tbl *t)
{
	mutex_lock(&t->lock);
	t->n = 0;
	tbl_settle(t);
	mutex_unlock(&t->lock);
}
EXPORT_SYMBOL(tbl_update);
